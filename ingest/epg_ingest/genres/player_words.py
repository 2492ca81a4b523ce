"""The words for a genre that players colour: what Kodi's IPTV Simple and tvheadend compare a category with.

Both follow the names of EN 300 468 with small differences: tvheadend joins alternatives with ` / ` and ignores blanks and case,
Kodi has a name of its own for each kind. A kind that has no name gets that of its class.
"""

from __future__ import annotations

#: by the byte of class and kind: the name in tvheadend; then that of Kodi, where it differs in more than blanks and case
_NAMES = {
    0x10: ("Movie / Drama", "General Movie / Drama"),
    0x11: ("Detective / Thriller", ""),
    0x12: ("Adventure / Western / War", ""),
    0x13: ("Science fiction / Fantasy / Horror", "Science Fiction / Fantasy / Horror"),
    0x14: ("Comedy", ""),
    0x15: ("Soap / Melodrama / Folkloric", ""),
    0x16: ("Romance", ""),
    0x17: (
        "Serious / Classical / Religious / Historical movie / Drama",
        "Serious / Classical / Religious / Historical Movie / Drama",
    ),
    0x18: ("Adult movie / Drama", "Adult Movie / Drama"),
    0x20: ("News / Current affairs", "News / Current Affairs"),
    0x21: ("News / Weather report", "News / Weather Report"),
    0x22: ("News magazine", "News Magazine"),
    0x23: ("Documentary", ""),
    0x24: ("Discussion / Interview / Debate", ""),
    0x30: ("Show / Game show", "Show / Game Show"),
    0x31: ("Game show / Quiz / Contest", "Game Show / Quiz / Contest"),
    0x32: ("Variety show", "Variety Show"),
    0x33: ("Talk show", "Talk Show"),
    0x40: ("Sports", ""),
    0x41: ("Special events (Olympic Games, World Cup, etc.)", "Special Event"),
    0x42: ("Sports magazines", "Sport Magazine"),
    0x43: ("Football / Soccer", "Football"),
    0x44: ("Tennis / Squash", ""),
    0x45: ("Team sports (excluding football)", "Team Sports"),
    0x46: ("Athletics", ""),
    0x47: ("Motor sport", "Motor Sport"),
    0x48: ("Water sport", "Water Sport"),
    0x49: ("Winter sports", "Winter Sports"),
    0x4A: ("Equestrian", ""),
    0x4B: ("Martial sports", "Martial Sports"),
    0x50: ("Children's / Youth programs", "Children's / Youth Programmes"),
    0x51: ("Pre-school children's programs", "Pre-school Children's Programmes"),
    0x52: ("Entertainment programs for 6 to 14", "Entertainment Programmes for 6 to 14"),
    0x53: ("Entertainment programs for 10 to 16", "Entertainment Programmes for 10 to 16"),
    0x54: ("Informational / Educational / School programs", "Informational / Educational / School Programme"),
    0x55: ("Cartoons / Puppets", ""),
    0x60: ("Music / Ballet / Dance", ""),
    0x61: ("Rock / Pop", ""),
    0x62: ("Serious music / Classical music", "Serious / Classical Music"),
    0x63: ("Folk / Traditional music", "Folk / Traditional Music"),
    0x64: ("Jazz", ""),
    0x65: ("Musical / Opera", ""),
    0x66: ("Ballet", ""),
    0x70: ("Arts / Culture (without music)", "Arts / Culture"),
    0x71: ("Performing arts", "Performing Arts"),
    0x72: ("Fine arts", "Fine Arts"),
    0x73: ("Religion", ""),
    0x74: ("Popular culture / Traditional arts", "Popular Culture / Traditional Arts"),
    0x75: ("Literature", ""),
    0x76: ("Film / Cinema", ""),
    0x77: ("Experimental film / Video", "Experimental Film / Video"),
    0x78: ("Broadcasting / Press", ""),
    0x79: ("New media", "New Media"),
    0x7A: ("Arts magazines / Culture magazines", "Arts / Culture Magazines"),
    0x7B: ("Fashion", ""),
    0x80: ("Social / Political issues / Economics", "Social / Political / Economics"),
    0x81: ("Magazines / Reports / Documentary", ""),
    0x82: ("Economics / Social advisory", "Economics / Social Advisory"),
    0x83: ("Remarkable people", "Remarkable People"),
    0x90: ("Education / Science / Factual topics", "Education / Science / Factual"),
    0x91: ("Nature / Animals / Environment", ""),
    0x92: ("Technology / Natural sciences", "Technology / Natural Sciences"),
    0x93: ("Medicine / Physiology / Psychology", ""),
    0x94: ("Foreign countries / Expeditions", "Foreign Countries / Expeditions"),
    0x95: ("Social / Spiritual sciences", "Social / Spiritual Sciences"),
    0x96: ("Further education", "Further Education"),
    0x97: ("Languages", ""),
    0xA0: ("Leisure hobbies", "Leisure / Hobbies"),
    0xA1: ("Tourism / Travel", ""),
    0xA2: ("Handicraft", ""),
    0xA3: ("Motoring", ""),
    0xA4: ("Fitness and health", "Fitness and Health"),
    0xA5: ("Cooking", ""),
    0xA6: ("Advertisement / Shopping", ""),
    0xA7: ("Gardening", ""),
}
#: every code that has words of its own
CODES = tuple(_NAMES)


def dvb_word(code: int) -> str:
    """The category for a genre's code (0x14) that tvheadend reads as this genre. Raises `KeyError` for a class that is none."""
    return (_NAMES.get(code) or _NAMES[code & 0xF0])[0]


def kodi_word(code: int) -> str:
    """The same for the table that comes with Kodi's IPTV Simple."""
    dvb, kodi = _NAMES.get(code) or _NAMES[code & 0xF0]
    return kodi or dvb
