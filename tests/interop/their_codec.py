"""The codec that their programs use: ours, or with CODEC=java the one that they come with."""

import os
from typing import Any

from silverpin.protocols.exi.adapter import JsonCodec


def codec() -> Any:
    if os.environ.get("CODEC") != "java":
        return JsonCodec()
    from iso15118.shared.exificient_exi_codec import ExificientEXICodec

    return ExificientEXICodec()
