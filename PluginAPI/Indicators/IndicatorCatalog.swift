/// Columns of bars in time order, all of one length, in any one unit of price and of volume.
public struct BarColumns: Sendable {
    /// First price of each bar.
    public let open: [Double]
    /// Highest price of each bar.
    public let high: [Double]
    /// Lowest price of each bar.
    public let low: [Double]
    /// Last price of each bar.
    public let close: [Double]
    /// Amount traded in each bar, 0 or more.
    public let volume: [Double]

    /// Joins columns that all have one length.
    public init(
        open: [Double], high: [Double], low: [Double], close: [Double], volume: [Double]
    ) {
        precondition(open.count == high.count && high.count == low.count)
        precondition(low.count == close.count && close.count == volume.count)
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}

/// Why a text names no indicator.
public enum IndicatorError: Error, Equatable, Sendable {
    /// No indicator starts with this name.
    case unknown(name: String)
    /// The indicator is written with other parameters, as in `usage`.
    case parameters(name: String, usage: String)
}

/// Indicators by their written name, such as `EMA_12` or `MACD_12_26_9`.
public enum IndicatorCatalog {
    /// One indicator that can be written by name.
    public struct Entry: Sendable {
        /// The name before its parameters.
        public let name: String
        /// An example with parameters, the usual ones where there are any.
        public let usage: String
        /// Names of the columns that come out.
        public let outputs: [String]
        /// Smallest value of each parameter; each is a whole number up to 100_000, but for the last
        /// one of `BBANDS`, a number of deviations.
        let least: [Double]
        let compute: @Sendable (BarColumns, [Double]) -> [IndicatorColumn]
    }

    /// A named column of an indicator.
    public typealias Output = (name: String, column: IndicatorColumn)

    /// Computes the indicator called `name` over `bars`.
    ///
    /// - Returns: One column for each of the entry's outputs, in their order.
    /// - Throws: ``IndicatorError`` when the name or its parameters are wrong.
    public static func compute(
        _ name: String, over bars: BarColumns
    ) throws(IndicatorError) -> [Output] {
        let (entry, parameters) = try find(name)
        return Array(zip(entry.outputs, entry.compute(bars, parameters)))
    }

    /// Returns the entry that `name` means, and the parameters written in it.
    static func find(_ name: String) throws(IndicatorError) -> (Entry, [Double]) {
        let named = entries.filter { name == $0.name || name.hasPrefix($0.name + "_") }
        guard let entry = named.max(by: { $0.name.utf8.count < $1.name.utf8.count }) else {
            throw .unknown(name: name)
        }
        let words = name.dropFirst(entry.name.count)
            .split(separator: "_", omittingEmptySubsequences: false).dropFirst()
        let numbers = words.compactMap { word in
            word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } ? Double(word) : nil
        }
        guard numbers.count == words.count, isAllowed(numbers, for: entry) else {
            throw .parameters(name: name, usage: entry.usage)
        }
        return (entry, numbers)
    }

    private static func isAllowed(_ numbers: [Double], for entry: Entry) -> Bool {
        guard numbers.count == entry.least.count else { return false }
        for (index, number) in numbers.enumerated() {
            guard number >= entry.least[index], number <= Double(indicatorLengthMax) else {
                return false
            }
            let mayBeFraction = entry.name == "BBANDS" && index == 1
            guard mayBeFraction || number == number.rounded() else { return false }
        }
        return entry.name != "MACD" || numbers[0] < numbers[1]
    }
}
