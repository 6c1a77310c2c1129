# Functions of scripts that boot virtual machines from an image which the NBD server serves; to be sourced by bash.
#
# The sourcing script may set, before:
#   accel          QEMU's accelerator (tcg,thread=multi)
#   boot_timeout   seconds a boot may take (600)
#   java           the program
#   keep           not empty: the working directory stays
#   SERVER_JAR, CLI_JAR   the jars of nbd-server and image-import, by default those of this source tree
#
# and calls begin NAME DIR IMAGE first. IMAGE is a raw ext4 file system without partitions, with systemd and a kernel and
# initrd in /boot; it is copied, not changed.

accel=${accel:-tcg,thread=multi}
boot_timeout=${boot_timeout:-600}
java=${java:-java}
keep=${keep:-}
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)
server_jar=${SERVER_JAR:-$examples/nbd-server/target/livededup-nbd-server.jar}
cli_jar=${CLI_JAR:-$examples/image-import/target/livededup.jar}
PATH=$PATH:/usr/sbin:/sbin
server=
vm=
rows=()
sizes=()

# need_programs PROGRAM...: ends the script with a line if one is not installed.
need_programs() {
  local program
  for program in qemu-system-x86_64 qemu-img debugfs e2fsck "$@"; do
    command -v "$program" >/dev/null 2>&1 || { printf 'skip  %s is not installed\n' "$program"; exit 0; }
  done
}

# need_jars JAR...: ends the script if one was not built.
need_jars() {
  local jar
  for jar in "$server_jar" "$cli_jar" "$@"; do
    [ -f "$jar" ] || { printf 'no such jar: %s (mvn package makes it)\n' "$jar" >&2; exit 2; }
  done
}

# begin NAME DIR IMAGE: makes the working directory below DIR, which goes at the end.
begin() {
  work=$(mktemp -d "$2/$1-XXXXXX")
  volume=$work/volume
  socket=$work/socket
  image=$3
  trap cleanup EXIT
}

cleanup() {
  [ -z "$vm" ] || kill -9 "$vm" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  [ -n "$keep" ] && printf 'kept: %s\n' "$work" || rm -rf "$work"
}
say() { printf '== %s\n' "$*"; }
die() {
  printf 'FAIL  %s\n' "$*"
  exit 1
}
cli() { "$java" -jar "$cli_jar" "$@"; }
megabytes() { awk -v b="$1" 'BEGIN { printf "%.1f", b / 1e6 }'; }
allocated() { du -s -B1 "$1" | cut -f1; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }

# Puts the service into a copy of the image, and takes kernel and initrd out of it.
prepare() {
  cat >"$work/ld-check" <<'SERVICE'
#!/bin/sh
# Runs at boot; the kernel's command line says what to do, a word on the second serial line that it may end.
say() { echo "LD-CHECK $*" >/dev/ttyS0; }
say up
mode=$(sed -n 's/.*ldcheck=\([a-z]*\).*/\1/p' /proc/cmdline)
cd /var/lib || exit
if [ "$mode" = verify ]; then
  sha256sum -c --status ld-file.sha256 && say sound || say damaged
fi
dd if=/dev/urandom of="ld-$mode" bs=1M count=8 status=none && sync || say unwritable
[ "$mode" = write ] && mv ld-write ld-file && sha256sum ld-file >ld-file.sha256 && sync
exec 3</dev/ttyS1 && say written
read -r word <&3
systemctl poweroff
SERVICE
  cat >"$work/ld-check.service" <<'UNIT'
[Unit]
Description=Checks the disk, then powers off
After=getty.target serial-getty@ttyS0.service systemd-user-sessions.service

[Service]
# Not oneshot, for which the login would wait.
Type=simple
ExecStart=/bin/sh /usr/local/sbin/ld-check

[Install]
WantedBy=multi-user.target
UNIT
  cp --sparse=always "$image" "$work/boot.raw"
  # A script of debugfs goes on after an error, so the result is looked at.
  debugfs -w -f /dev/stdin "$work/boot.raw" >"$work/debugfs.log" 2>&1 <<COMMANDS
write $work/ld-check /usr/local/sbin/ld-check
write $work/ld-check.service /etc/systemd/system/ld-check.service
symlink /etc/systemd/system/multi-user.target.wants/ld-check.service /etc/systemd/system/ld-check.service
COMMANDS
  debugfs -R 'stat /etc/systemd/system/multi-user.target.wants/ld-check.service' "$work/boot.raw" 2>/dev/null |
    grep -q 'Type: symlink' || die "the service cannot be put into the image: $(cat "$work/debugfs.log")"
  local file
  for file in vmlinuz initrd.img; do
    local name
    name=$(debugfs -R 'ls -p /boot' "$work/boot.raw" 2>/dev/null | cut -d/ -f6 | grep "^$file-" | sort -V | tail -1)
    [ -n "$name" ] || die "there is no /boot/$file-* in the image"
    debugfs -R "dump /boot/$name $work/$file" "$work/boot.raw" 2>/dev/null
  done
  local code=0
  e2fsck -fn "$work/boot.raw" >"$work/e2fsck.log" 2>&1 || code=$?
  [ "$code" = 0 ] || die "the image is not sound after the preparation: $(tail -3 "$work/e2fsck.log")"
}

start_server() {
  : >"$work/out"
  "$java" -jar "$server_jar" "$volume" --unix "$socket" --clones keep --metrics "$work/metrics.json" \
    >>"$work/out" 2>>"$work/err" &
  server=$!
  local i
  for ((i = 0; i < 300; i++)); do
    grep -q "listening at $socket" "$work/out" && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/err" >&2
  die "the server does not start"
}

stop_server() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}

# boot NAME DRIVE MODE: boots to the login and the end of the check, has the machine power off; adds a row of times.
boot() {
  local name=$1 drive=$2 mode=$3 log=$work/$1.log started login= up= told= off
  say "booting $name"
  : >"$log"
  rm -f "$work"/line.*
  mkfifo "$work/line.in" "$work/line.out"
  started=$(now)
  qemu-system-x86_64 -accel "$accel" -cpu max -m 1024 -nographic -no-reboot -nodefaults -serial "file:$log" \
    -serial "pipe:$work/line" \
    -kernel "$work/vmlinuz" -initrd "$work/initrd.img" \
    -append "root=/dev/vda console=ttyS0 rw quiet no_timer_check ldcheck=$mode" \
    -drive "$drive,if=virtio,cache=none,discard=unmap" >"$work/qemu.log" 2>&1 &
  vm=$!
  while kill -0 "$vm" 2>/dev/null; do
    [ -z "$login" ] && grep -q 'login:' "$log" && login=$(since "$started")
    [ -z "$up" ] && grep -q 'LD-CHECK up' "$log" && up=$(since "$started")
    if [ -z "$told" ] && [ -n "$login" ] && grep -q 'LD-CHECK written' "$log"; then
      printf 'end\n' 1<>"$work/line.in" # opened for both, so that it never waits
      told=yes
    fi
    awk -v s="$(since "$started")" -v max="$boot_timeout" 'BEGIN { exit !(s < max) }' || break
    sleep 0.2
  done
  if kill -0 "$vm" 2>/dev/null; then
    tail -30 "$log"
    die "$name did not power off within $boot_timeout s (login after ${login:--} s)"
  fi
  wait "$vm" || { cat "$work/qemu.log"; die "qemu failed"; }
  vm=
  off=$(since "$started")
  [ -n "$up" ] && [ -n "$told" ] || { tail -30 "$log" "$work/qemu.log"; die "$name did not come up to a login"; }
  grep -q 'LD-CHECK written' "$log" || die "$name wrote nothing"
  ! grep -q 'LD-CHECK \(unwritable\|damaged\)' "$log" || die "$name: $(grep LD-CHECK "$log")"
  [ "$mode" = write ] || grep -q 'LD-CHECK sound' "$log" || die "$name did not find the file of the first boot"
  printf 'ok    %s: login after %s s, marker after %s s, off after %s s\n' "$name" "$login" "$up" "$off"
  rows+=("| $name | $login | $up | $off |")
}

# size WHAT BYTES: adds a row of sizes.
size() { sizes+=("| $1 | $(megabytes "$2") |"); }

# With the server stopped: what the volume holds.
measure() {
  local info
  info=$(cli info --json "$volume")
  size "volume, $1: live stored bytes" "$(printf '%s' "$info" | sed 's/.*"storedBytes":\([0-9]*\).*/\1/')"
  size "volume, $1: on disk" "$(allocated "$volume")"
}

drive() { printf 'file=nbd+unix:///%s?socket=%s,format=raw' "$1" "$socket"; }

# check_image NAME: its file system is sound.
check_image() {
  local code=0
  cli export --quiet "$volume" "$1" "$work/exported.raw"
  e2fsck -fn "$work/exported.raw" >"$work/e2fsck.log" 2>&1 || code=$?
  rm "$work/exported.raw"
  [ "$code" = 0 ] || { tail -5 "$work/e2fsck.log"; die "the file system of $1 is not sound"; }
  printf 'ok    the file system of %s is sound\n' "$1"
}

# summary: the tables, and what the server had to complain of.
summary() {
  printf '\n| seconds | login | marker | off |\n|---|---|---|---|\n'
  printf '%s\n' "${rows[@]}"
  printf '\n| MB | |\n|---|---|\n'
  printf '%s\n' "${sizes[@]}"
  grep -v ' INFO ' "$work/err" | sed 's/^/log   /' || true
}
