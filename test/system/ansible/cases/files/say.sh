#!/bin/sh
echo "$#: $1|$2|$3"
mkdir -p /srv/case/made && pwd >/srv/case/made/by-script
