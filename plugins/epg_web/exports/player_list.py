"""Players that read XMLTV, each with the address it takes and where to enter it. Pure data for `players`."""

from dataclasses import dataclass

from ..shell.marking import marked as _


@dataclass(frozen=True)
class Field:
    """Something to copy. `path` is an address within this instance; a `command` has it in the place of `{}`."""

    label: str
    path: str
    command: str = "{}"

    @property
    def is_address(self) -> bool:
        return self.command == "{}"


@dataclass(frozen=True)
class Player:
    """Where a program takes the address: its menus in order, by their own names. `key` is its place on the page."""

    key: str
    name: str
    fields: tuple[Field, ...]
    steps: tuple[str, ...]
    note: str = ""


XML = Field(_("Guide (XMLTV)"), "/xmltv.xml")
GZ = Field(_("Guide (XMLTV, compressed)"), "/xmltv.xml.gz")
SAFE = Field(_("Guide (XMLTV, ids without blanks)"), "/xmltv.xml?ids=safe")
#: a week of every channel is more than its sensors show
SHORT = Field(_("Guide (XMLTV, two days)"), "/xmltv.xml?days=2")
GRABBER = Field(_("Extra arguments of the grabber"), "/", "--url {}")
SOCKET = Field(
    _("Command for the socket (change the path to yours)"), "/xmltv.xml",
    "curl -fsS {} | socat - UNIX-CONNECT:/home/hts/.hts/tvheadend/epggrab/xmltv.sock",
)  # fmt: skip
FILE = Field(
    _("Command without a grabber (change the source's number to yours)"), "/xmltv.xml?ids=safe",
    "curl -fsS '{}' -o guide.xml && mythfilldatabase --file --sourceid 1 --xmlfile guide.xml",
)  # fmt: skip
IDS = _("Channels whose tvg-id in the playlist is the channel's name here are matched automatically.")
PLAYERS = (
    Player(
        "jellyfin", "Jellyfin", (XML,),
        (
            _("Dashboard → Live TV → TV Guide Data Providers: add, XMLTV."),
            _("Put the address into “File or URL” and save; then “Refresh Guide Data”."),
            _("Map channels that it does not recognise under the three dots of the provider."),
        ),
        _(
            "It recognises a compressed guide by the end of the address only, so do not add parameters to the .gz address. "
            "This one is compressed on the way."
        ),
    ),
    Player(
        "emby", "Emby", (XML,),
        (
            _("Settings → Live TV → TV Guide Data (or Live TV → Advanced): add a source, XmlTV."),
            _("Put the address where it asks for a path or URL, and choose the tuners it is for."),
        ),
    ),
    Player(
        "plex", "Plex", (GZ,),
        (
            _("Settings → Live TV & DVR → Set up (or the settings of the device)."),
            _("Where it asks for a postal code, choose to use an XMLTV guide instead, and give the address."),
            _("Continue, and check the channel of the guide for each channel of the tuner."),
        ),
        _("Plex reads it once a day. A programme without season and episode is a film to it."),
    ),
    Player(
        "kodi", "Kodi (IPTV Simple Client)", (GZ,),
        (
            _("Add-ons → My add-ons → PVR clients → IPTV Simple Client → Configure."),
            _("EPG → Location: Remote path; XMLTV URL: the address."),
        ),
        IDS,
    ),
    Player(
        "tvheadend", "Tvheadend", (XML, GRABBER, SOCKET),
        (
            _(
                "With the grabber tv_grab_datasette_epg on its machine: Configuration → Channel / EPG → EPG Grabber Modules → "
                "“Internal: XMLTV: The guide of a datasette-epg”: Enabled, and the extra arguments below."
            ),
            _(
                "With a URL grabber (LinuxServer's image has one): “XMLTV URL grabber”: Enabled, and the address as extra "
                "arguments."
            ),
            _(
                "Without: enable “External: XMLTV”, and send the guide to its socket, from cron for instance, with the "
                "command below."
            ),
            _("In the same module, set “Channel numbers (heuristic)” to “Only digits”; it is off by default."),
            _("Then map the channels under EPG Grabber Channels."),
        ),
    ),
    Player(
        "mythtv", "MythTV", (SAFE, GRABBER, FILE),
        (
            _(
                "With the grabber tv_grab_datasette_epg on the backend's machine: mythtv-setup → Video sources → "
                "New video source; listings grabber: “The guide of a datasette-epg (xmltv)”. Then configure it "
                "with --configure."
            ),
            _("Without: make a video source with the grabber “No grabber”, and run the command below after each import."),
            _("In the channel editor, the XMLTV ID of a channel is its id in the guide."),
        ),
        _("MythTV cuts an id at the first blank; this address has ids without blanks."),
    ),
    Player(
        "channels-dvr", "Channels DVR", (XML,),
        (
            _("Web admin → Settings → Sources → your custom channels (M3U) → Edit."),
            _("XMLTV Guide Data: URL, and the address; Refresh URL: daily. Save."),
            _("With a tuner instead: the settings of the source → Manage Lineup → Custom XMLTV."),
        ),
        IDS,
    ),
    Player(
        "tivimate", "TiviMate", (GZ,),
        (
            _("Settings → EPG → EPG sources → Add source: the address."),
            _("Settings → Playlists → your playlist → EPG sources: switch it on."),
        ),
        IDS,
    ),
    Player(
        "dispatcharr", "Dispatcharr", (GZ,),
        (
            _("M3U & EPG Manager → EPGs → Add EPG: source type XMLTV, and the address as URL."),
            _("Wait until the source is loaded; then Channels → Auto-Match, or choose the guide of a channel in its form."),
        ),
    ),
    Player(
        "home-assistant", "Home Assistant (XMLTV EPG)", (SHORT,),
        (
            _("In HACS, install the integration “XMLTV EPG” and restart."),
            _("Settings → Devices & services → Add integration → XMLTV EPG: the address."),
            _("In its options, choose the channels that get sensors."),
        ),
        _("It keeps the whole file in memory; channels=1,2 in the address makes it smaller."),
    ),
)  # fmt: skip
