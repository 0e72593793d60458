"""Trains PyTorch's CIFAR ResNet-18, narrowed, on Shapes-10: shows that a small network passes 90 % on the test images.

    npm run data -- --shapes out/shapes10
    python3 test/data/shapes10_resnet.py out/shapes10/train.bin out/shapes10/test.bin --width 8 --epochs 20
"""

import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def resnet18(width):
    layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    inputs = width
    for stage in range(4):
        for block in range(2):
            outputs = width * 2**stage
            layers.append(BasicBlock(inputs, outputs, 2 if stage and not block else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def load(path):
    records = np.fromfile(path, np.uint8).reshape(-1, 3073)
    images = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255)
    return (images - 0.5) / 0.25, torch.from_numpy(records[:, 0].astype(np.int64))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--linear", action="store_true", help="a linear classifier instead")
    options = parser.parse_args()
    torch.manual_seed(0)
    images, labels = load(options.train)
    test_images, test_labels = load(options.test)
    model = (
        nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)) if options.linear else resnet18(options.width)
    )
    optimizer = torch.optim.SGD(
        model.parameters(), lr=options.lr, momentum=0.9, weight_decay=5e-4
    )
    steps = len(images) // options.batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs * steps)
    for epoch in range(1, options.epochs + 1):
        model.train()
        order = torch.randperm(len(images))
        for step in range(steps):
            batch = order[step * options.batch : (step + 1) * options.batch]
            x = images[batch]
            if not options.linear and torch.rand(()) < 0.5:
                x = x.flip(3)
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels[batch]).backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            outputs = torch.cat([model(part) for part in test_images.split(500)])
            accuracy = (outputs.argmax(1) == test_labels).float().mean().item()
        print(f"epoch {epoch}: test accuracy {accuracy:.3f}", flush=True)


main()
