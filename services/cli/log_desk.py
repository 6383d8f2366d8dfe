"""Which alarm over the log a person means."""

from __future__ import annotations

from services.agency.record import Record
from services.errors import UsageFault
from services.witness.notebook import Alarm, Notebook, Standing


class AlarmUnknown(UsageFault):
    """No alarm of the record has an id that begins so, or several have."""

    def __init__(self, prefix: str, found: int) -> None:
        self.prefix = prefix
        super().__init__(
            what=f"it is not clear which alarm {prefix!r} is" if found else f"there is no alarm {prefix!r}",
            why=f"{found} alarms of this agency's record have an id that begins so",
            next_step="look it up with `phoihop log alarms`",
        )


def find_alarm(record: Record, prefix: str, limit: int) -> Alarm:
    """The alarm whose id begins so, an open one if there is one only; raises `AlarmUnknown`."""
    begins = [alarm for alarm in Notebook.of(record).alarms(limit) if alarm.event_id.startswith(prefix)]
    found = [alarm for alarm in begins if alarm.standing is Standing.OPEN] if len(begins) > 1 else begins
    if len(found) != 1:
        raise AlarmUnknown(prefix, len(begins))
    return found[0]
