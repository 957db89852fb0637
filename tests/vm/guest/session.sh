# What runs inside the machine, after it is up. The environment names this computer's Python and repository.
set -u
cd "$COACH_REPO"
export PYTHONPATH="$COACH_REPO" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/run/home TMPDIR=/run/home
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
mkdir -p "$HOME"
"$COACH_PYTHON" -m tests.vm.guest.air >/run/air.log 2>&1 &
for scenario in $(echo "$COACH_SCENARIOS" | tr , ' '); do
    export COACH_SCENARIO="$scenario"
    timeout 300 "$COACH_PYTHON" -m "tests.vm.guest.$scenario"
    echo "VM scenario $scenario $?"
done
echo "VM air said:"
tail -n 30 /run/air.log
