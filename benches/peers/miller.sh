#!/bin/sh
# usage: miller.sh DUMP FOLDER
FOLDER=$2 sh -c 'sed "s/^ $//" "$1" | mlr -S --ixtab --ocsv put -q -f "$0"' "$(dirname "$0")/miller.mlr" "$1"
