"""Metrics by torch-fidelity."""

import torch
import torch_fidelity


class Images(torch.utils.data.Dataset):
    """uint8 ``(n, 3, h, w)`` as torch-fidelity takes them."""

    def __init__(self, images):
        self.images = torch.from_numpy(images)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]


def fidelity_metrics(real, generated, **options):
    """Compute metrics by torch-fidelity."""
    return torch_fidelity.calculate_metrics(
        input1=Images(generated),
        input2=Images(real),
        cuda=False,
        fid=True,
        isc_splits=2,
        samples_shuffle=False,
        save_cpu_ram=True,
        cache=False,
        verbose=False,
        **options,
    )
