# What runs inside the machine, after it is up. The environment names this computer's Python and repository.
set -u
cd "$COACH_REPO"
export PYTHONPATH="$COACH_REPO" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/run/home TMPDIR=/run/home
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket COACH_HOME=/run/home/coach
mkdir -p "$COACH_HOME"
# shellcheck disable=SC2046 # the list is meant to fall apart into words
"$COACH_PYTHON" -m tests.vm.guest $(echo "$COACH_SCENARIOS" | tr , ' ')
