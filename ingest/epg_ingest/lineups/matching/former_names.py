"""Names that channels had before, as far as they are widely known: lists are older than guides, or the other way round.

A former name proves nothing, as it may be in use again; it makes a candidate.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from .spelling import spelled

#: by country, the names that a channel had one after the other
_NAMES = """
uk: Dave | U&Dave
uk: Dave ja vu | U&Dave ja vu
uk: Watch | W | U&W
uk: Yesterday | U&Yesterday
uk: Drama | U&Drama
uk: UKTV Gold | Gold | U&Gold
uk: Alibi | U&Alibi
uk: Eden | U&Eden
uk: Pick TV | Pick | Sky Mix
uk: Living | Sky Living | Sky Witness
uk: Artsworld | Sky Arts
uk: Zone Horror | Horror Channel | Legend
uk: BT Sport 1 | TNT Sports 1
uk: BT Sport 2 | TNT Sports 2
uk: BT Sport 3 | TNT Sports 3
uk: BT Sport ESPN | BT Sport 4 | TNT Sports 4
uk: BT Sport Ultimate | TNT Sports Ultimate
uk: BT Sport Box Office | TNT Sports Box Office
uk: Five | Channel 5
uk: Five US | 5USA
uk: Five Life | Fiver | 5STAR
uk: Spike | 5Spike | Paramount Network | 5ACTION
uk: True Entertainment | Sony Channel | GREAT! tv
uk: Movies4Men | Sony Movies Classic | GREAT! movies classic | GREAT! action
uk: Sony Movies | GREAT! movies
uk: ITV | ITV1
uk: Community Channel | Together | Together TV
uk: Home | HGTV
uk: TruTV | True Crime
uk: Sky Sports News HQ | Sky Sports News
uk: Sky Movies Premiere | Sky Cinema Premiere | Sky Premiere
uk: Sky Movies Family | Sky Cinema Family | Sky Family
uk: Sky Movies Action | Sky Cinema Action | Sky Action
uk: Sky Movies Comedy | Sky Cinema Comedy | Sky Comedy
uk: Sky Movies Drama | Sky Cinema Drama | Sky Drama
uk: Sky Movies Crime & Thriller | Sky Cinema Crime & Thriller | Sky Cinema Thriller | Sky Thriller
uk: Sky Movies Greats | Sky Cinema Greats | Sky Greats
uk: Sky Movies Select | Sky Cinema Select | Sky Select
ie: TV3 | Virgin Media One
ie: Channel 6 | 3e | Virgin Media Two
ie: UTV Ireland | be3 | Virgin Media Three
ie: RTE Junior | RTEjr
fr: Direct 8 | D8 | C8
fr: Direct Star | D17 | CStar
fr: i>Télé | CNews
fr: NT1 | TFX
fr: HD1 | TF1 Séries Films
fr: Numéro 23 | RMC Story
fr: L'Equipe 21 | L'Equipe TV | L'Equipe
fr: La Cinquième | France 5
fr: FR3 | France 3
fr: Antenne 2 | France 2
fr: SFR Sport 1 | RMC Sport 1
fr: SFR Sport 2 | RMC Sport 2
fr: beIN Sport 1 | beIN Sports 1
fr: beIN Sport 2 | beIN Sports 2
fr: beIN Sport 3 | beIN Sports 3
fr: Disney Cinemagic | Disney Cinema
fr: Direct Azur | Azur TV
be: RTBF 1 | La Une
be: La Deux | Tipik
be: één | VRT 1
be: Canvas | VRT Canvas
be: KanaalTwee | 2BE | Q2 | VTM 2
be: Vitaya | VTM 3
be: CAZ | VTM 4
be: VT4 | VIER | Play4 | Play
be: VIJFtv | VIJF | Play5
be: ZES | Play6
be: Canal C | Boukè
be: MAtélé | Boukè
be: Plug TV | Plug RTL | RTL Plug
be: Club RTL | RTL Club
be: AB4 | ABXplore
nl: Nederland 1 | NPO 1
nl: Nederland 2 | NPO 2
nl: Nederland 3 | NPO 3
nl: Fox | Star Channel
nl: Fox Sports 1 | ESPN
nl: Fox Sports 2 | ESPN 2
de: RTL Nitro | Nitro
de: RTL Plus | RTLup
de: RTL 2 | RTL II | RTLZWEI
de: Kabel 1 | Kabel eins
de: Pro 7 | ProSieben
de: N24 | Welt
de: N24 Doku | Welt Doku
de: DSF | Sport1
de: EinsFestival | ONE
de: BR-alpha | ARD-alpha
de: ZDFdokukanal | ZDFneo
de: ZDFinfokanal | ZDFinfo
de: KI.KA | KiKA
de: Bayerisches Fernsehen | BR Fernsehen | BR
de: ARD | Das Erste
de: Das Vierte | Disney Channel
de: Sky Bundesliga | Sky Sport Bundesliga
de: Sky 1 | Sky One
de: TNT Serie | Warner TV Serie
de: TNT Film | Warner TV Film
de: TNT Comedy | Warner TV Comedy
de: Sci Fi | Syfy
at: ORF eins | ORF 1
at: ORF zwei | ORF 2
ch: SF 1 | SRF 1
ch: SF zwei | SRF zwei
ch: TSR 1 | RTS Un | RTS 1
ch: TSR 2 | RTS Deux | RTS 2
us: Spike | Paramount Network
us: ABC Family | Freeform
us: WGN America | NewsNation
us: Headline News | HLN
us: Versus | NBC Sports Network
us: DIY Network | Magnolia Network
us: Epix | MGM+
us: Fox Sports 1 | FS1
it: Rai Uno | Rai 1
it: Rai Due | Rai 2
it: Rai Tre | Rai 3
es: La Primera | La 1
"""


@lru_cache(maxsize=1)
def _table() -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in _NAMES.strip().splitlines():
        region, _, names = line.partition(": ")
        keys = {spelled(name.strip()).key for name in names.split(" | ")}
        for key in keys:
            found[key] |= {(region, other) for other in keys - {key}}
    return found


def other_names(key: str) -> set[tuple[str, str]]:
    """The keys of the names that a channel had before or after one, each with its country."""
    return _table().get(key, set())
