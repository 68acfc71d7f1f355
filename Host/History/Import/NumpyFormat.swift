/// Which fields of a NumPy array hold what.
package struct NumpyFormat: Equatable, Sendable {
    /// Field of the series to field of the array, as in ``ColumnMap/names(_:)``; the rest is
    /// guessed.
    package let fields: [String: String]
    /// Unit of integer times; nil takes it from the field's name (`ts_ns`, `ts_ms`) or, without an
    /// ending, the first row.
    package let timeUnit: TimeUnit?
    package let venueTimeUnit: TimeUnit?

    package init(
        fields: [String: String] = [:], timeUnit: TimeUnit? = nil, venueTimeUnit: TimeUnit? = nil
    ) {
        self.fields = fields
        self.timeUnit = timeUnit
        self.venueTimeUnit = venueTimeUnit
    }
}
