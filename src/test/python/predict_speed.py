"""Seconds of PyTorch's predictions, for `bin/semimeta benchmark predict --against`.

Without --input a step predicts one batch of random pixels; with it, all image files of a folder, whose
bytes are in memory: decoded, resized, cropped, normalised, predicted, a batch at a time, each part by
--threads threads. Eager mode, channels-last, activations in place. The last line is JSON with
seconds_median. Needs torch, and for resnet18 torchvision; Pillow or opencv-python for --input.
"""
import argparse
import io
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn

from convlarge import convlarge

CLASSES, WARM_UP = 10, 2
MEAN, DEVIATION = 0.5, 0.25


def network(name):
    if name == "convlarge":
        made = convlarge(CLASSES)
        for layer in made.modules():
            if isinstance(layer, nn.LeakyReLU):
                layer.inplace = True  # as torchvision's networks have it
    else:
        import torchvision

        made = torchvision.models.get_model(name, num_classes=CLASSES)
    return made.eval().to(memory_format=torch.channels_last)


def resized(height, width, side):
    """The size before the centre of side x side is cropped: its shorter side is 8/7 as long."""
    scale = round(side * 8 / 7) / min(height, width)
    return round(height * scale), round(width * scale)


def by_pillow(data, side):
    from PIL import Image

    image = Image.open(io.BytesIO(data)).convert("RGB")
    if image.size != (side, side):
        height, width = resized(image.height, image.width, side)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
        left, top = (width - side) // 2, (height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    return np.asarray(image)


def by_opencv(data, side):
    import cv2

    cv2.setNumThreads(1)  # images are decoded side by side
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if image.shape[:2] != (side, side):
        height, width = resized(*image.shape[:2], side)
        rule = cv2.INTER_AREA if height < image.shape[0] else cv2.INTER_LINEAR
        image = cv2.resize(image, (width, height), interpolation=rule)
        left, top = (width - side) // 2, (height - side) // 2
        image = image[top:top + side, left:left + side]
    return image


def probabilities(model, pixels):
    """pixels: uint8, (batch, height, width, channels)."""
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    images.mul_(1 / (255 * DEVIATION)).sub_(MEAN / DEVIATION)
    return torch.softmax(model(images), 1).numpy()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-a", "--architecture", default="convlarge")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--input", type=Path)
    parser.add_argument("--decoder", choices=["pillow", "opencv"], default="pillow")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = network(options.architecture)
    side, batch = options.image_size, options.batch_size

    if options.input:
        decode = by_pillow if options.decoder == "pillow" else by_opencv
        files = [f.read_bytes() for f in sorted(options.input.rglob("*")) if f.is_file()]
        pool = ThreadPoolExecutor(options.threads)

        def step():
            for begin in range(0, len(files), batch):
                decoded = pool.map(lambda data: decode(data, side), files[begin:begin + batch])
                probabilities(model, np.stack(list(decoded)))
        count = len(files)
    else:
        pixels = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), np.uint8)
        count = batch

        def step():
            probabilities(model, pixels)

    seconds, processor = [], []
    with torch.inference_mode():
        for number in range(WARM_UP + options.steps):
            begun, used = time.perf_counter(), time.process_time()
            step()
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - begun)
                processor.append(time.process_time() - used)
    median = statistics.median(seconds)
    print(json.dumps({
        "torch": torch.__version__, "threads": options.threads, "images": count,
        "seconds_min": min(seconds), "seconds_median": median, "seconds_max": max(seconds),
        "cpu_seconds_median": statistics.median(processor), "images_per_second": count / median,
    }))


if __name__ == "__main__":
    main()
