"""What Spark looks for: any package ``pyspark_*`` on its path brings a data source by this name.

``spark.read.format("recordmill")`` works wherever this package is installed. Nothing else is loaded before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql.datasource import DataSource, DataSourceReader

if TYPE_CHECKING:
    from pyspark.sql.types import StructType


class DefaultSource(DataSource):
    """The tables of a dump. `recordmill.spark` does the work."""

    @classmethod
    def name(cls) -> str:
        """Give the word for ``format`` and ``USING``."""
        return "recordmill"

    def schema(self) -> StructType:
        """Give the columns of the table, without a look at the dump."""
        from recordmill import spark

        return spark.Asked(self.options).columns()

    def reader(self, schema: StructType) -> DataSourceReader:
        """Give what reads the columns of a schema."""
        from recordmill import spark

        return spark.Reader(spark.Asked(self.options), schema)
