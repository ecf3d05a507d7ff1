"""The light exchange (P3, D): services, grants and their keys, deliveries, the use log."""

from domain.access_rows import Table

TABLE: Table = {}
