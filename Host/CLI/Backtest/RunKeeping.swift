import RialtoBacktest
import RialtoStore
import RialtoText

/// Between a run's tables and the store.
enum RunKeeping {
    /// Saves a run. Long tables go straight from where they lie to the file.
    static func save(
        _ head: RunRecord.Head, runFile: String, digest: String, forecastDigest: String,
        _ tables: RunTables, in store: borrowing RunStore
    ) throws(StoreError) {
        let kept = tables.tables.filter { !$0.columns.isEmpty }
        let texts = kept.filter { writer($0) == nil }
        let record = RunRecord(
            head: head, runFile: runFile,
            digests: [
                .init(name: "run", value: digest), .init(name: "forecasts", value: forecastDigest),
            ].filter { !$0.value.isEmpty },
            series: texts.map { table in
                ColumnSet(
                    name: table.name,
                    columns: table.columns.map { column in
                        ColumnSet.Column(column.name, values(column.values))
                    })
            })
        try store.save(record, tables: kept.compactMap { writer($0) })
    }

    /// What writes a table; nil for one with a column of texts.
    private static func writer(_ table: RunTable) -> TableWriter? {
        var columns: [ColumnWriter] = []
        for (name, column) in table.columns {
            switch column {
            case .integers(let values): columns.append(writer(name, .integers, values))
            case .wide(let values): columns.append(writer(name, .wide, values))
            case .numbers(let values): columns.append(writer(name, .numbers, values))
            case .texts: return nil
            }
        }
        return TableWriter(name: table.name, columns: columns)
    }

    private static func writer<Value>(
        _ name: String, _ kind: ColumnWriter.Kind, _ values: KeptColumn<Value>
    ) -> ColumnWriter {
        ColumnWriter(name, kind, count: values.count) { (body) throws(StoreError) in
            try values.forEachPiece(body)
        }
    }

    private static func values(_ column: RunColumn) -> ColumnValues {
        switch column {
        case .integers(let values): .integers(Array(values))
        case .wide(let values): .wide(Array(values))
        case .numbers(let values): .numbers(Array(values))
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
                            case .integers(let values): .integers(KeptColumn(values))
                            case .wide(let values): .wide(KeptColumn(values))
                            case .numbers(let values): .numbers(KeptColumn(values))
                            case .texts(let values): .texts(values)
                            }
                        return (column.name, values)
                    })
            })
    }
}
