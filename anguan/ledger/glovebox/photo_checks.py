"""Looks at a cut ID photo: ground, colour, exposure, sharpness, and how the head fills it.

Only what can be measured; no face is recognised here. Each check answers with a code that `portraits`
of the ledger turns into a sentence. The figures were set on drawn pictures; 255 is the brightest.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

WIDTH = 440
"""Every picture is measured at this width, so that the figures mean the same for all."""
GROUND_BRIGHTNESS = 225
GROUND_COLOUR = 12
GROUND_UNEVENNESS = 18
LEAST_COLOUR = 4
DARKEST, BRIGHTEST = 75, 222
"""Mean brightness of the face: darker is too dark, brighter too bright."""
BLOWN_LEVEL, BLOWN_SHARE = 250, 0.35
LEAST_EDGE = 42
"""The strongest hundredth of all edges in the middle: eyes and hair of a sharp picture are far above."""
APART = 28
"""So much another colour than the ground is not the ground."""
HEAD_LEAST, HEAD_MOST = 0.45, 0.96
HEAD_ASIDE = 0.08
NECK = 0.28
"""Below this part of the height under the crown shoulders may begin."""

Part = tuple[float, float, float, float]
STRIPS: tuple[Part, ...] = ((0, 0, 0.28, 0.12), (0.72, 0, 1, 0.12), (0, 0, 0.08, 0.5), (0.92, 0, 1, 0.5))
"""Where the ground shows: beside the crown and above the shoulders."""
FACE: Part = (0.33, 0.24, 0.67, 0.6)
MIDDLE: Part = (0.2, 0.1, 0.8, 0.8)


def check_photo(photo: Image.Image) -> list[str]:
    """The codes of what seems wrong, in the order in which a person would say it."""
    small = photo.resize(
        (WIDTH, round(WIDTH * photo.height / photo.width)), Image.Resampling.BOX, reducing_gap=2
    )
    brightness, colour = _separate(small)
    return [
        *_check_ground(brightness, colour),
        *_check_colour(brightness, colour),
        *_check_exposure(brightness),
        *_check_sharpness(brightness),
        *_check_head(small),
    ]


def _separate(photo: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Brightness, and how far each pixel is from grey."""
    brightness, blue, red = photo.convert("YCbCr").split()
    return brightness, ImageChops.lighter(_distance(blue), _distance(red))


def _distance(channel: Image.Image) -> Image.Image:
    return channel.point([abs(level - 128) for level in range(256)])


def _part(image: Image.Image, part: Part) -> Image.Image:
    left, top, right, bottom = part
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def _ground_mask(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    for left, top, right, bottom in STRIPS:
        box = (left * size[0], top * size[1], right * size[0], bottom * size[1])
        mask.paste(255, tuple(round(edge) for edge in box))
    return mask


def _check_ground(brightness: Image.Image, colour: Image.Image) -> list[str]:
    mask = _ground_mask(brightness.size)
    light, tint = ImageStat.Stat(brightness, mask), ImageStat.Stat(colour, mask)
    if light.mean[0] < GROUND_BRIGHTNESS or tint.mean[0] > GROUND_COLOUR:
        return ["ground"]
    return ["uneven"] if light.stddev[0] > GROUND_UNEVENNESS else []


def _check_colour(brightness: Image.Image, colour: Image.Image) -> list[str]:
    """Grey when what is not ground has no colour; a picture of nothing is not called grey."""
    there = _part(brightness, MIDDLE).point([255 * (level < 235) for level in range(256)])
    if ImageStat.Stat(there).mean[0] < 2:
        return []
    return ["grey"] if ImageStat.Stat(_part(colour, MIDDLE), there).mean[0] < LEAST_COLOUR else []


def _check_exposure(brightness: Image.Image) -> list[str]:
    face = _part(brightness, FACE)
    mean = ImageStat.Stat(face).mean[0]
    if mean < DARKEST:
        return ["dark"]
    counts = face.histogram()
    blown = sum(counts[BLOWN_LEVEL:]) / sum(counts)
    return ["bright"] if mean > BRIGHTEST or blown > BLOWN_SHARE else []


def _check_sharpness(brightness: Image.Image) -> list[str]:
    edges = _part(brightness.filter(ImageFilter.FIND_EDGES), MIDDLE).histogram()
    wanted, seen = sum(edges) / 100, 0
    for level in range(255, -1, -1):
        seen += edges[level]
        if seen >= wanted:
            return ["blurred"] if level < LEAST_EDGE else []
    return []


def _check_head(photo: Image.Image) -> list[str]:
    """How high the person stands in the picture, and whether the head is in the middle."""
    ground = tuple(round(level) for level in ImageStat.Stat(photo, _ground_mask(photo.size)).median)
    apart = ImageChops.difference(photo, Image.new("RGB", photo.size, ground)).split()
    person = ImageChops.lighter(ImageChops.lighter(apart[0], apart[1]), apart[2])
    person = person.point([255 * (level > APART) for level in range(256)])
    width, height = photo.size
    box = person.filter(ImageFilter.MedianFilter(5)).getbbox()
    if box is None:
        return ["nobody"]
    _, top, _, bottom = box
    fill = (bottom - top) / height
    if fill < HEAD_LEAST:
        return ["far"]
    if fill > HEAD_MOST:
        return ["near"]
    head = person.crop((0, top, width, min(bottom, top + round(NECK * height)))).getbbox()
    middle = (head[0] + head[2]) / 2 / width if head else 0.5
    return ["aside"] if abs(middle - 0.5) > HEAD_ASIDE else []
