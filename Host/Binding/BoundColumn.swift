/// A column that a bound function wrote, in the rows of its data.
package struct BoundColumn: Equatable, Sendable {
    package let name: String
    package let form: BoundFunction.Output.Form
    /// A value a row; NaN where there is none.
    package let values: [Double]
    /// Rows that hold a value.
    package let written: Range<Int>

    package init(
        name: String, form: BoundFunction.Output.Form, values: [Double], written: Range<Int>
    ) {
        self.name = name
        self.form = form
        self.values = values
        self.written = written
    }
}

/// Market data for bound functions: columns of one length.
package struct BoundData: Sendable {
    package let rows: Int
    /// By name; each has `rows` values.
    package let columns: [BoundFunction.InputColumn: [Double]]

    /// - Parameter columns: Not empty, all of one length.
    package init(_ columns: [BoundFunction.InputColumn: [Double]]) {
        rows = columns.values.first?.count ?? 0
        self.columns = columns
        precondition(columns.values.allSatisfy { [rows] in $0.count == rows })
    }
}
