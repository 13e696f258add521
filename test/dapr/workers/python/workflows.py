"""The workflows of the Python worker; workers/README.md lists them."""

import json
import os
from datetime import timedelta

from dapr.ext.workflow import RetryPolicy, when_all, when_any


def _seconds(n):
    return None if n is None else timedelta(seconds=n)


def _policy(request):
    return RetryPolicy(
        first_retry_interval=_seconds(request['first']),
        max_number_of_attempts=request['attempts'],
        backoff_coefficient=request['factor'],
    )


def order(ctx, request):
    """order reserves, then waits for an approval, with or without a limit."""
    request = request or {}
    yield ctx.call_activity('Reserve', input=request)
    ctx.set_custom_status('waiting for approval')
    try:
        by = yield ctx.wait_for_external_event('approve', timeout=_seconds(request.get('limit')))
    except TimeoutError:
        return {'approved': False}
    return {'approved': True, 'by': by}


def delivery(ctx, request):
    """delivery waits for an approval, then runs an activity."""
    limit = _seconds((request or {}).get('limit'))
    by = yield ctx.wait_for_external_event('approve', timeout=limit)
    return (yield ctx.call_activity('Ship', input=by))


def two_waits(ctx, request):
    """two_waits waits for two events at once."""
    limit = _seconds((request or {}).get('limit'))
    waits = [ctx.wait_for_external_event(name, timeout=limit) for name in ('stock', 'payment')]
    return (yield when_all(waits))


def race(ctx, request):
    """race waits for an event or a timer, whichever comes first."""
    event = ctx.wait_for_external_event('approve')
    timer = ctx.create_timer(_seconds(request['seconds']))
    winner = yield when_any([event, timer])
    return 'event' if winner == event else 'timer'


def late(ctx, request):
    """late sleeps before it waits for two events, one after the other."""
    yield ctx.create_timer(_seconds(request['seconds']))
    yield ctx.wait_for_external_event('approve')
    yield ctx.wait_for_external_event('close')


def fan_out(ctx, n):
    """fan_out adds the squares that so many activities return."""
    parts = yield when_all([ctx.call_activity('Part', input=i) for i in range(1, n + 1)])
    return sum(parts)


def family(ctx, children):
    """family runs the children that its input names, all at once."""
    results = yield when_all([ctx.call_child_workflow(name) for name in children])
    return len(results)


def package(ctx):
    """package waits for an event before anything else."""
    yield ctx.wait_for_external_event('release')
    return 'packed'


def broken(ctx):
    """broken lets the failure of its activity through."""
    yield ctx.call_activity('Decline')


def wrapped(ctx):
    """wrapped fails with an error of its own about that of its activity."""
    try:
        yield ctx.call_activity('Decline')
    except Exception as e:
        raise RuntimeError('the order cannot be paid') from e


def silent(ctx):
    """silent calls an activity that fails without a message."""
    yield ctx.call_activity('Silent')


def payment(ctx, request):
    """payment retries an activity."""
    charge = {'order': ctx.instance_id, 'failures': request['failures']}
    return (yield ctx.call_activity('Charge', input=charge, retry_policy=_policy(request)))


def nursery(ctx, request):
    """nursery retries a child."""
    charge = {'order': ctx.instance_id, 'failures': request['failures']}
    return (yield ctx.call_child_workflow('Toddler', input=charge, retry_policy=_policy(request)))


def toddler(ctx, charge):
    """toddler fails when its activity does."""
    return (yield ctx.call_activity('Charge', input=charge))


def ghostly(ctx):
    """ghostly calls an activity that no worker registers."""
    yield ctx.call_activity('Ghost')


def timer(ctx, request):
    """timer sleeps for so many seconds."""
    yield ctx.create_timer(_seconds(request['seconds']))
    return 'awake'


def slow(ctx, request):
    """slow runs an activity that takes so many seconds."""
    return (yield ctx.call_activity('Nap', input=request['seconds']))


def monitor(ctx, round_number):
    """monitor continues as new, and sleeps for an hour from round 3 on."""
    ctx.set_custom_status(f'round {round_number}')
    yield ctx.create_timer(_seconds(0.05 if round_number < 3 else 3600))
    ctx.continue_as_new(round_number + 1, save_events=True)


def status(ctx, value):
    """status sets its input as the custom status: a text as it is, all else as JSON."""
    ctx.set_custom_status(value if isinstance(value, str) else json.dumps(value))
    yield ctx.wait_for_external_event('done')
    return value


def echo(_ctx, value):
    """echo returns its input."""
    return value


def large(ctx, size):
    """large returns what an activity made, a text of so many characters."""
    return (yield ctx.call_activity('Fill', input=size))


def changed(ctx):
    """changed has another first step in a worker of a later release."""
    if os.environ.get('WORKER_RELEASE') == '2':
        yield ctx.create_timer(_seconds(3600))
    else:
        yield ctx.call_activity('Reserve', input='A1')
    yield ctx.wait_for_external_event('approve')


WORKFLOWS = {
    'Order': order,
    'Delivery': delivery,
    'TwoWaits': two_waits,
    'Race': race,
    'Late': late,
    'FanOut': fan_out,
    'Family': family,
    'Package': package,
    'Broken': broken,
    'Wrapped': wrapped,
    'Silent': silent,
    'Payment': payment,
    'Nursery': nursery,
    'Toddler': toddler,
    'Ghostly': ghostly,
    'Timer': timer,
    'Slow': slow,
    'Monitor': monitor,
    'Status': status,
    'Echo': echo,
    'Large': large,
    'Changed': changed,
}
