"""Checks of a cropped ID photo: background, colour, exposure, sharpness, size and position of the head.

Measurements only, without face recognition. Each check returns codes that `infra.portraits` turns into
sentences. Thresholds were calibrated on synthetic pictures; 255 is the highest brightness.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

WIDTH = 440
"""Width in pixels to which every picture is scaled before it is measured."""
GROUND_BRIGHTNESS = 225
GROUND_COLOUR = 12
SHADE, SHADED_SHARE = (18, 130), 0.12
"""Difference to the median background of a shadow (beyond it: hair), and the share that is too much."""
LEAST_COLOUR = 4
DARKEST, BRIGHTEST = 75, 222
"""Limits of the mean brightness of the face."""
BLOWN_LEVEL, BLOWN_SHARE = 250, 0.35
LEAST_EDGE = 42
"""Least strength of the strongest 1 % of edges in the middle; eyes and hair of a sharp photo exceed it."""
APART = 28
"""Difference to the background colour from which a pixel belongs to the person."""
HEAD_LEAST, HEAD_MOST = 0.45, 0.96
HEAD_OFF_CENTRE = 0.08
HEAD_PART = 0.28
"""Share of the person's height, from the top, that is certainly head."""
FACE_ACROSS = (0.22, 0.78)
FACE_DOWN = (0.5, 1.25)
"""Position of the face in widths of the head, from its left edge and from its top."""

Part = tuple[float, float, float, float]
PixelBox = tuple[int, int, int, int]
STRIPS: tuple[Part, ...] = ((0, 0, 0.28, 0.12), (0.72, 0, 1, 0.12), (0, 0, 0.08, 0.5), (0.92, 0, 1, 0.5))
"""Areas of background: beside the head and above the shoulders."""
MIDDLE: Part = (0.2, 0.1, 0.8, 0.8)


def check_photo(photo: Image.Image) -> list[str]:
    """The codes of the findings, in the order in which they are shown."""
    small = photo.resize((WIDTH, round(WIDTH * photo.height / photo.width)), Image.Resampling.BOX)
    brightness, colour = _separate(small)
    ground = _check_ground(brightness, colour)
    if "uneven" in ground:  # the person cannot be separated from the shadow
        return [*ground, *_check_colour(brightness, colour), *_check_sharpness(brightness)]
    person = _find_person(small)
    box = person.getbbox()
    if box is None:
        return [*ground, "nobody"]
    exposure = _check_exposure(brightness, _face(person, box))
    return [
        *ground,
        *(exposure or _check_colour(brightness, colour)),
        *_check_sharpness(brightness),
        *_check_head(person, box),
    ]


def _separate(photo: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Brightness, and the distance of each pixel from grey."""
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
        across = round(left * size[0]), round(right * size[0])
        down = round(top * size[1]), round(bottom * size[1])
        mask.paste(255, (across[0], down[0], across[1], down[1]))
    return mask


def _check_ground(brightness: Image.Image, colour: Image.Image) -> list[str]:
    mask = _ground_mask(brightness.size)
    light, tint = (ImageStat.Stat(image, mask).median[0] for image in (brightness, colour))
    wrong = ["ground"] if light < GROUND_BRIGHTNESS or tint > GROUND_COLOUR else []
    counts = brightness.histogram(mask)
    shaded = sum(counts[level] for level in range(256) if SHADE[0] <= abs(level - light) <= SHADE[1])
    return [*wrong, "uneven"] if shaded > SHADED_SHARE * sum(counts) else wrong


def _check_colour(brightness: Image.Image, colour: Image.Image) -> list[str]:
    """Grey when the person has no colour; an empty picture is not grey."""
    there = _part(brightness, MIDDLE).point([255 * (level < 235) for level in range(256)])
    if ImageStat.Stat(there).mean[0] < 2:
        return []
    return ["grey"] if ImageStat.Stat(_part(colour, MIDDLE), there).mean[0] < LEAST_COLOUR else []


def _check_exposure(brightness: Image.Image, face: PixelBox) -> list[str]:
    counts = brightness.crop(face).histogram()
    seen = sum(counts)
    if not seen:
        return []
    mean = sum(level * count for level, count in enumerate(counts)) / seen
    if mean < DARKEST:
        return ["dark"]
    return ["bright"] if mean > BRIGHTEST or sum(counts[BLOWN_LEVEL:]) > BLOWN_SHARE * seen else []


def _check_sharpness(brightness: Image.Image) -> list[str]:
    edges = _part(brightness.filter(ImageFilter.FIND_EDGES), MIDDLE).histogram()
    wanted, seen = sum(edges) / 100, 0
    for level in range(255, -1, -1):
        seen += edges[level]
        if seen >= wanted:
            return ["blurred"] if level < LEAST_EDGE else []
    return []


def _find_person(photo: Image.Image) -> Image.Image:
    """Mask that is white where the picture differs from its background, whatever colour that has."""
    ground = tuple(round(level) for level in ImageStat.Stat(photo, _ground_mask(photo.size)).median)
    apart = ImageChops.difference(photo, Image.new("RGB", photo.size, ground)).split()
    most = ImageChops.lighter(ImageChops.lighter(apart[0], apart[1]), apart[2])
    return most.point([255 * (level > APART) for level in range(256)]).filter(ImageFilter.MedianFilter(5))


def _head(person: Image.Image, box: PixelBox) -> tuple[int, int]:
    """The left and right edge of the head."""
    _, top, _, bottom = box
    found = person.crop((0, top, person.width, top + round(HEAD_PART * (bottom - top)) + 1)).getbbox()
    return (found[0], found[2]) if found else (box[0], box[2])


def _face(person: Image.Image, box: PixelBox) -> PixelBox:
    left, right = _head(person, box)
    wide = right - left
    across = [round(left + part * wide) for part in FACE_ACROSS]
    down = [min(round(box[1] + part * wide), person.height) for part in FACE_DOWN]
    return across[0], down[0], across[1], down[1]


def _check_head(person: Image.Image, box: PixelBox) -> list[str]:
    """The height of the person in the picture, and whether the head is centred."""
    fill = (box[3] - box[1]) / person.height
    if fill < HEAD_LEAST:
        return ["far"]
    if fill > HEAD_MOST:
        return ["near"]
    left, right = _head(person, box)
    return ["aside"] if abs((left + right) / 2 / person.width - 0.5) > HEAD_OFF_CENTRE else []
