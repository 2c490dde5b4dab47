"""The numbers of groups by which `detect/privacy/lexicon.py` gives each word its own place."""

from __future__ import annotations

import numpy as np

from mingjian.detect.privacy.lexicon import GROUP_BITS, PLACE_BITS, groups, places, spread_out


def numbers_of_groups(keys: np.ndarray) -> np.ndarray:
    """For each group the least number that sends its keys to free places, full groups first."""
    group = groups(keys)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange((1 << GROUP_BITS) + 1))
    sent = np.zeros(1 << GROUP_BITS, np.uint16)
    taken = np.zeros(1 << PLACE_BITS, bool)
    tried = np.arange(64)
    for one in np.argsort(bounds[:-1] - bounds[1:], kind="stable").tolist():
        own = keys[order[bounds[one] : bounds[one + 1]]]
        if not len(own):
            break
        for first in range(0, 1 << 16, len(tried)):
            spread = spread_out(tried + first)
            at = np.sort(places(own[None, :], spread[:, None]), axis=1)
            good = ~taken[at].any(axis=1) & (np.diff(at, axis=1) != 0).all(axis=1)
            if good.any():
                chosen = int(good.argmax())
                sent[one] = first + chosen
                taken[at[chosen]] = True
                break
        else:
            raise ValueError("no number is free for a group: more places are needed")
    return sent
