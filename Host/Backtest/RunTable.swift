/// Values of one column of a run's records.
package enum RunColumn {
    case integers(KeptColumn<Int64>)
    /// Exact amounts in 10^-18.
    case wide(KeptColumn<Int128>)
    case numbers(KeptColumn<Double>)
    case texts([String])

    static func integers(_ values: [Int64]) -> RunColumn { .integers(KeptColumn(values)) }
    static func numbers(_ values: [Double]) -> RunColumn { .numbers(KeptColumn(values)) }
}

/// One table of what happened in a run.
package struct RunTable {
    package let name: String
    package let columns: [(name: String, values: RunColumn)]
    package let count: Int

    package init(_ name: String, _ columns: [(name: String, values: RunColumn)]) {
        self.name = name
        self.columns = columns
        count =
            switch columns.first?.values {
            case .integers(let values): values.count
            case .wide(let values): values.count
            case .numbers(let values): values.count
            case .texts(let values): values.count
            case nil: 0
            }
    }

    private func column(_ name: String) -> RunColumn? { columns.first { $0.name == name }?.values }

    /// The column of that name; empty when there is none of whole numbers.
    package func integers(_ name: String) -> KeptColumn<Int64> {
        if case .integers(let values) = column(name) { values } else { KeptColumn([]) }
    }

    package func wide(_ name: String) -> KeptColumn<Int128> {
        if case .wide(let values) = column(name) { values } else { KeptColumn([]) }
    }

    package func numbers(_ name: String) -> KeptColumn<Double> {
        if case .numbers(let values) = column(name) { values } else { KeptColumn([]) }
    }

    package func texts(_ name: String) -> [String] {
        if case .texts(let values) = column(name) { values } else { [] }
    }
}
