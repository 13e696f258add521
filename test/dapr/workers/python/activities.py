"""The activities of the Python worker; workers/README.md lists them."""

import threading
import time

_lock = threading.Lock()
_charges = {}


class PaymentError(Exception):
    """PaymentError is what a bank that refuses leads to."""


def reserve(_ctx, order):
    """reserve returns what it was asked to reserve."""
    return {'reserved': True, 'for': order}


def ship(_ctx, approver):
    """ship returns a text."""
    return f'shipped for {approver}'


def charge(_ctx, request):
    """charge fails as often as request['failures'] says for one order."""
    with _lock:
        count = _charges.get(request['order'], 0) + 1
        _charges[request['order']] = count
    if count <= request['failures']:
        raise PaymentError(f'attempt {count}: card declined: code 51')
    return 'charged'


def decline(_ctx, _input=None):
    """decline always fails, with a cause behind its error."""
    try:
        raise ConnectionError('bank.example:443: connection reset by peer')
    except ConnectionError as e:
        raise PaymentError('card declined: code 51') from e


def silent(_ctx, _input=None):
    """silent fails without a message."""
    raise PaymentError()


def part(_ctx, n):
    """part returns the square of its input."""
    return n * n


def fill(_ctx, size):
    """fill returns a text of so many characters."""
    return 'x' * size


def nap(_ctx, seconds):
    """nap blocks for so many seconds."""
    time.sleep(seconds)
    return 'rested'


ACTIVITIES = {
    'Reserve': reserve,
    'Ship': ship,
    'Charge': charge,
    'Decline': decline,
    'Silent': silent,
    'Part': part,
    'Fill': fill,
    'Nap': nap,
}
