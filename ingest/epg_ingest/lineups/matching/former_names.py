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
uk: Gold | UKTV Gold | U&Gold
uk: Alibi | U&Alibi
uk: Eden | U&Eden
uk: Pick | Pick TV | Sky Mix
uk: Challenge | Sky Mix
uk: Sky One | Sky Max
uk: Sky Witness | Sky Living | Living
uk: Sky Arts | Artsworld
uk: Horror Channel | Zone Horror | Legend
uk: CBS Justice | Legend
uk: CBS Drama | Legend Xtra
uk: BT Sport 1 | TNT Sports 1
uk: BT Sport 2 | TNT Sports 2
uk: BT Sport 3 | TNT Sports 3
uk: BT Sport ESPN | BT Sport 4 | TNT Sports 4
uk: BT Sport Ultimate | TNT Sports Ultimate
uk: BT Sport Box Office | TNT Sports Box Office
uk: Channel 4 Film | Film4
uk: Five | Channel 5
uk: Five US | 5USA
uk: Five Life | Fiver | 5STAR
uk: Spike | Paramount Network | 5ACTION
uk: 5Spike | 5ACTION
uk: 5SELECT | 5SELECT
uk: True Entertainment | Sony Channel | GREAT! tv
uk: Movies4Men | Sony Movies Classic | GREAT! movies classic | GREAT! action
uk: More Than Movies | Sony Movies | GREAT! movies
uk: True Movies | GREAT! romance
uk: More4 | More 4
uk: ITV | ITV1
uk: Men & Motors | ITV4
uk: S4C2 | S4C
uk: Community Channel | Together | Together TV
uk: Blaze | Blaze
uk: Really | Really
uk: Home | HGTV
uk: DMAX | DMAX
uk: TruTV | True Crime
uk: Kerrang | Kerrang!
uk: Sky Sports News HQ | Sky Sports News
uk: Sky Sports 1 | Sky Sports Main Event
uk: Sky Sports 2 | Sky Sports Premier League
uk: Sky Sports 4 | Sky Sports Golf
uk: Sky Sports 5 | Sky Sports Action
uk: Sky Movies Premiere | Sky Cinema Premiere | Sky Premiere
uk: Sky Movies Family | Sky Cinema Family | Sky Family
uk: Sky Movies Action | Sky Cinema Action | Sky Action
uk: Sky Movies Comedy | Sky Cinema Comedy | Sky Comedy
uk: Sky Movies Drama | Sky Cinema Drama | Sky Drama
uk: Sky Movies Crime & Thriller | Sky Cinema Crime & Thriller | Sky Cinema Thriller | Sky Thriller
uk: Sky Movies Greats | Sky Cinema Greats | Sky Greats
uk: Sky Movies Select | Sky Cinema Select | Sky Select
ie: TV3 | Virgin Media One
ie: 3e | Channel 6 | Virgin Media Two
ie: be3 | UTV Ireland | Virgin Media Three
ie: eir Sport 1 | Setanta Sports 1 | Premier Sports
ie: Setanta Ireland | eir Sport 1
ie: RTE Junior | RTEjr
ie: Oireachtas TV | Houses of the Oireachtas
fr: Direct 8 | D8 | C8
fr: Direct Star | D17 | CStar
fr: i>Télé | iTele | CNews
fr: NT1 | TFX
fr: HD1 | TF1 Séries Films
fr: Numéro 23 | RMC Story
fr: RMC Découverte | RMC Découverte
fr: L'Equipe 21 | L'Equipe TV | L'Equipe
fr: La Cinquième | France 5
fr: FR3 | France 3
fr: Antenne 2 | France 2
fr: France 4 | Culturebox
fr: Paris Première | Paris Première
fr: Canal+ Family | Canal+ Kids
fr: Canal+ Décalé | Canal+ Séries
fr: Ciné+ Premier | Ciné Cinéma Premier | Ciné+ Box Office
fr: Ciné+ Famiz | Ciné+ Family
fr: OCS Max | OCS City | OCS Pulp
fr: OCS Choc | OCS Pulp
fr: TPS Star | Canal+ Box Office
fr: SFR Sport 1 | RMC Sport 1
fr: SFR Sport 2 | RMC Sport 2
fr: beIN Sport 1 | beIN Sports 1
fr: Jimmy | Canal Jimmy
fr: TiJi | Tiji
fr: Disney Cinemagic | Disney Cinema
fr: Direct Azur | Azur TV
fr: Planète No Limit | Planète+ Adventure | Planète+ Aventure
fr: Planète Thalassa | Thalassa
be: La Deux | La 2 | Tipik
be: La Une | RTBF 1 | La Une
be: RTBF Sat | La Trois
be: één | VRT 1 | TV1
be: Ketnet/Canvas | Canvas | VRT Canvas
be: Q2 | 2BE | KanaalTwee | VTM 2
be: Vitaya | VTM 3
be: CAZ | VTM 4 | VTM Gold
be: VT4 | VIER | Play4 | Play
be: VIJFtv | VIJF | Play5
be: ZES | Play6
be: Q-Music | VTM Kids
be: Canal C | Boukè | Bouké
be: MAtélé | Boukè | Bouké
be: Plug TV | Plug RTL | RTL Plug
be: Club RTL | RTL Club
be: AB4 | ABXplore
be: Prime | Streamz
nl: Nederland 1 | NPO 1
nl: Nederland 2 | NPO 2
nl: Nederland 3 | NPO 3
nl: Net5 | NET 5
nl: Fox | FOX | Star Channel
nl: Fox Sports 1 | ESPN
nl: Fox Sports 2 | ESPN 2
nl: SBS9 | SBS 9
de: Super RTL | Toggo
de: RTL Nitro | Nitro
de: RTL Plus | RTLplus | RTLup
de: RTL 2 | RTL II | RTLZWEI
de: Kabel 1 | Kabel eins
de: kabel eins Doku | Kabel 1 Doku
de: Pro 7 | ProSieben
de: Sat 1 | SAT.1
de: N24 | Welt
de: N24 Doku | Welt Doku
de: DSF | Sport1 | Sport 1
de: Eins Festival | Einsfestival | ONE
de: BR-alpha | ARD-alpha
de: ZDFdokukanal | ZDFneo
de: ZDFinfokanal | ZDFinfo
de: KI.KA | KiKA
de: Bayerisches Fernsehen | BR Fernsehen | BR
de: ARD | Das Erste
de: Das Vierte | Disney Channel
de: Tele 5 | TELE 5
de: Sky Bundesliga | Sky Sport Bundesliga
de: Sky Cinema Hits | Sky Cinema Classics | Sky Cinema Highlights
de: Sky Atlantic | Sky Atlantic
de: Sky 1 | Sky One | Sky Showcase
de: Fox | 13th Street | Universal TV
de: TNT Serie | Warner TV Serie
de: TNT Film | Warner TV Film
de: TNT Comedy | Warner TV Comedy
de: Anixe | ANIXE+
de: Syfy | Sci Fi
at: ORF eins | ORF 1 | ORF1
at: ORF zwei | ORF 2
at: ATV2 | ATV II
ch: SF 1 | SRF 1
ch: SF zwei | SRF zwei
ch: TSR 1 | RTS Un | RTS 1
ch: TSR 2 | RTS Deux | RTS 2
us: Spike | Paramount Network
us: ABC Family | Freeform
us: WGN America | NewsNation
us: Headline News | HLN
us: Discovery Health | OWN
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
