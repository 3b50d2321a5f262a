#!/bin/sh
# Starts the shop, which is never started here.
exec sleep infinity
