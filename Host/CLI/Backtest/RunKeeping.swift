import RialtoBacktest
import RialtoStore
import RialtoText

/// Between a run's tables and the store.
enum RunKeeping {
    static func record(
        id: String, name: String, started: Int64, seed: Int64, runFile: String, digest: String,
        forecastDigest: String, summary: JSON, _ tables: RunTables
    ) -> RunRecord {
        RunRecord(
            head: .init(id: id, name: name, started: started, seed: seed, summary: summary.line),
            runFile: runFile,
            digests: [
                .init(name: "run", value: digest), .init(name: "forecasts", value: forecastDigest),
            ].filter { !$0.value.isEmpty },
            series: tables.tables.filter { !$0.columns.isEmpty }.map { table in
                ColumnSet(
                    name: table.name,
                    columns: table.columns.map { column in
                        ColumnSet.Column(column.name, values(column.values))
                    })
            })
    }

    private static func values(_ column: RunColumn) -> ColumnValues {
        switch column {
        case .integers(let values): .integers(values)
        case .wide(let values): .wide(values)
        case .numbers(let values): .numbers(values)
        case .texts(let values): .texts(values)
        }
    }

    static func tables(_ record: RunRecord) -> RunTables {
        RunTables(
            record.series.map { set in
                RunTable(
                    set.name,
                    set.columns.map { column in
                        let values: RunColumn =
                            switch column.values {
                            case .integers(let values): .integers(values)
                            case .wide(let values): .wide(values)
                            case .numbers(let values): .numbers(values)
                            case .texts(let values): .texts(values)
                            }
                        return (column.name, values)
                    })
            })
    }
}
