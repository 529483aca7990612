#!/bin/sh
# Makes the certificates that the tests of TLS use: a private authority, two certificates of it for 127.0.0.1 and
# localhost, and one signed by itself for a relay elsewhere, valid for a hundred years. They protect nothing. Run from the project's folder; needs openssl.
set -eu
cd test/support/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj '/CN=smchat test authority' \
  -keyout authority.key -out authority.pem 2>/dev/null
for name in first second; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=smchat test $name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >extensions
  openssl x509 -req -in "$name.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 36500 \
    -extfile extensions -out "$name.pem" 2>/dev/null
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj '/CN=smchat test elsewhere' \
  -addext 'subjectAltName=DNS:relay.example.org,IP:192.0.2.7' -keyout elsewhere.key -out elsewhere.pem 2>/dev/null
rm -f ./*.csr ./*.srl extensions authority.key
