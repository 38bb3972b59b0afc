#!/bin/sh
# Makes what compose.yaml names as secrets, in the folder ./secrets: keys, passwords, and certificates of an authority of
# this deployment's own. Run it once and keep a copy of the folder elsewhere; it leaves what is there alone.
#   ./secrets.sh [name or address of this machine, as clients know it]
set -eu
cd "$(dirname "$0")"
host="${1:-localhost}"
umask 077
mkdir -p secrets
cd secrets

password() { openssl rand -hex 24; }
once() { [ -e "$1" ] || { cat >"$1.tmp" && mv "$1.tmp" "$1"; }; }

[ -e ca.key ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
  -subj "/CN=Fovea deployment" -keyout ca.key -out ca.pem 2>/dev/null

certificate() { # name of the service, names in its certificate
  [ -e "$1.pem" ] && return
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
    -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf 'subjectAltName=%s\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 730 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
}

case "$host" in
  *[!0-9.]*) api_names="DNS:$host,DNS:localhost,IP:127.0.0.1" ;;
  *) api_names="IP:$host,DNS:localhost,IP:127.0.0.1" ;;
esac
certificate api "$api_names"
certificate postgres "DNS:postgres"
certificate store "DNS:store"

password | once postgres.password
printf 'postgres://fovea:%s@postgres/fovea\n' "$(cat postgres.password)" | once database.url
printf 'fovea\n' | once store.user
password | once store.password
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$(cat store.user)" "$(cat store.password)" | once s3.credentials

# Each file belongs to the account that its container runs as: 65532 is the server, 999 PostgreSQL.
if [ "$(id -u)" -eq 0 ]; then
  chown 65532 database.url s3.credentials api.key
  chown 999 postgres.password postgres.key
else
  echo "run this as root, or give the files to the accounts of the containers yourself" >&2
fi
chmod 644 ca.pem api.pem postgres.pem store.pem
