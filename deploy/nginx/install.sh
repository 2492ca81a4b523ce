#!/bin/sh
# Writes the site into nginx's folder and fills in the variables. Run it again after you change them.
#
#   sudo env GUIDE_LISTEN=80 sh deploy/nginx/install.sh
#   sudo env GUIDE_SITE=deploy/replicas/nginx.conf.template GUIDE_REPLICA_1=10.0.0.2:8001 ... sh deploy/nginx/install.sh
#
# Then: sudo nginx -t && sudo systemctl reload nginx
set -eu

here=$(cd "$(dirname "$0")" && pwd)
nginx=${1:-/etc/nginx}
: "${GUIDE_SITE:=$here/epg.conf.template}"
: "${GUIDE_LISTEN:=80}" "${GUIDE_PRIMARY:=127.0.0.1:8001}" "${GUIDE_RATE:=20r/s}"
: "${GUIDE_CACHE:=/var/cache/nginx/epg}" "${GUIDE_LOG:=/var/log/nginx/epg.log}" "${GUIDE_NGINX:=$nginx/epg}"
: "${GUIDE_REPLICA_1:=}" "${GUIDE_REPLICA_2:=}"

fill() {
    sed -e "s|\${GUIDE_LISTEN}|$GUIDE_LISTEN|g" -e "s|\${GUIDE_PRIMARY}|$GUIDE_PRIMARY|g" \
        -e "s|\${GUIDE_RATE}|$GUIDE_RATE|g" -e "s|\${GUIDE_CACHE}|$GUIDE_CACHE|g" \
        -e "s|\${GUIDE_LOG}|$GUIDE_LOG|g" -e "s|\${GUIDE_NGINX}|$GUIDE_NGINX|g" \
        -e "s|\${GUIDE_REPLICA_1}|$GUIDE_REPLICA_1|g" -e "s|\${GUIDE_REPLICA_2}|$GUIDE_REPLICA_2|g" "$1"
}

mkdir -p "$nginx/conf.d" "$GUIDE_NGINX" "$(dirname "$GUIDE_CACHE")"
fill "$here/cache.conf.template" > "$nginx/conf.d/epg-cache.conf"
fill "$GUIDE_SITE" > "$nginx/conf.d/epg.conf"
cp "$here/locations.conf" "$GUIDE_NGINX/locations.conf"
echo "written: $nginx/conf.d/epg-cache.conf, $nginx/conf.d/epg.conf, $GUIDE_NGINX/locations.conf"
