import codecs

class Encoding:
    name: str
    codec_info: codecs.CodecInfo

LABELS: dict[str, str]

def lookup(label: str) -> Encoding | None: ...
