import RialtoPluginHost
import RialtoValues

/// A function of a bound library as a source of named series: over each bar it is called with that
/// bar and those before it, never with a later one, and what it says of the bar is published.
package final class BoundSource: RunningModel {
    package let description: PluginDescription
    package let needs: InstanceNeeds
    package let isSandboxed = true
    package private(set) var failure = ""
    /// SHA-256 of the library.
    package let sha256: String
    private let library: BoundLibrary
    private let function: BoundFunction
    private let call: (values: [Double], arguments: [BridgeArgument])
    private let input: BoundFunction.InputColumn
    private var replaced = 0
    private var bars: [UInt32: BarWindow]

    /// How often its process is replaced in one run.
    private static let replacedMax = 100
    /// Most rows of a window.
    package static let windowMax = 100_000

    /// - Parameters:
    ///   - id: Name of the series; further outputs than one are `id/output`.
    ///   - function: By its name in the table.
    ///   - input: The column of bars that is given where the function reads a price.
    ///   - set: Scalars by name; the others have their initial values.
    ///   - window: Most bars of one call, this one and those before it, 1...``windowMax``.
    ///   - instruments: Of the run, with their indices.
    /// - Throws: Why it is refused. The library's process has started by then.
    package init(
        id: String, _ binding: Binding, _ bytes: [UInt8], function name: String,
        input: BoundFunction.InputColumn?, set: [String: Double], window: Int,
        instruments: [(index: Int, instrument: Instrument)], settings: WorkerSettings
    ) throws(BindingError) {
        guard let function = binding.function(name) else {
            throw .noFunction(name, known: binding.functions.map(\.name))
        }
        guard input == nil || function.inputs.contains(.price) else {
            throw .noPrice(
                function: function.name, input: input?.rawValue ?? "",
                reads: function.inputs.map(\.rawValue))
        }
        let outputs = function.outputs.map(\.name)
        let names = outputs.count == 1 ? [id] : outputs.map { "\(id)/\($0)" }
        guard let needs = InstanceNeeds(bars: window, publishes: names) else {
            throw .seriesName(names.first { $0.utf8.count > 64 } ?? id)
        }
        let empty = [Double](repeating: 0, count: window)
        let columns = Dictionary(uniqueKeysWithValues: function.inputs.map { ($0, empty) })
        library = BoundLibrary(binding, bytes, data: BoundData(columns), settings: settings)
        call = try library.prepared(function, set)
        if let before = try library.lookback(function, set: set), before >= window {
            throw .window(function: function.name, lookback: before, window: window)
        }
        description = PluginDescription(
            source: binding.id, version: binding.version, name: function.name,
            summary: function.summary, license: binding.license)
        sha256 = binding.library.sha256
        self.needs = needs
        self.function = function
        self.input = input ?? .close
        bars = Dictionary(
            uniqueKeysWithValues: instruments.map { index, instrument in
                (UInt32(index), BarWindow(function.inputs, window, instrument))
            })
    }

    package func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int? {
        guard let rows = view.bars else { return view.count }
        let kinds = view.orderKind, places = view.orderRow, single = view.singleKind
        for entry in 0..<view.count {
            let kind = kinds.map { $0[entry] } ?? single
            guard kind == EventKind.bars.rawValue else { continue }
            let row = places.map { Int($0[entry]) } ?? entry
            do throws(BindingError) {
                try publish(rows, row, entry, &forecasts)
            } catch {
                failure = error.reason
                return nil
            }
        }
        return view.count
    }

    /// Calls the function over one more bar, and publishes what it says of it.
    private func publish(
        _ rows: BarEvents, _ row: Int, _ entry: Int, _ forecasts: inout [ModelForecast]
    ) throws(BindingError) {
        let instrument = rows.instrument[row]
        guard var own = bars.removeValue(forKey: instrument) else { return }
        defer { bars[instrument] = own }
        own.add(rows, row, price: input)
        let said = try said(own)
        for (number, value) in (said ?? []).enumerated() where value.isFinite {
            forecasts.append(
                ModelForecast(
                    row: entry, instrument: instrument, series: UInt32(number), value: value))
        }
    }

    /// What the function says of the last of some bars. A process that somebody else has ended is
    /// replaced: nothing of a call stays in it.
    private func said(_ own: BarWindow) throws(BindingError) -> [Double]? {
        let call = { [library, function, call] () throws(BindingError) in
            try library.last(function, call, rows: own.count) { own.copy($0, to: $1) }
        }
        do throws(BindingError) { return try call() } catch {
            guard case .worker(_, .killed) = error, replaced < Self.replacedMax else { throw error }
            replaced += 1
            return try call()
        }
    }
}

/// The latest bars of an instrument in whole units, at most so many.
private struct BarWindow {
    private let columns: [BoundFunction.InputColumn]
    /// Of each column.
    private var values: [[Double]]
    private let most: Int
    private let price: Double
    private let quantity: Double
    private var added = 0

    init(_ columns: [BoundFunction.InputColumn], _ most: Int, _ instrument: Instrument) {
        self.columns = columns
        values = columns.map { _ in [] }
        self.most = most
        price = Self.scale(instrument.priceDecimals)
        quantity = Self.scale(instrument.quantityDecimals)
    }

    /// Bars that there are.
    var count: Int { min(added, most) }

    /// - Parameter price: What stands in the column of prices.
    mutating func add(_ rows: BarEvents, _ row: Int, price input: BoundFunction.InputColumn) {
        for (place, column) in columns.enumerated() {
            // As long again as the window before the oldest go: each bar is moved once at most.
            if values[place].count == 2 * most { values[place].removeFirst(most) }
            values[place].append(value(column == .price ? input : column, rows, row))
        }
        added += 1
    }

    /// Puts the bars of a column at its beginning, the oldest first.
    func copy(_ column: BoundFunction.InputColumn, to target: UnsafeMutableBufferPointer<Double>) {
        guard let place = columns.firstIndex(of: column) else { return }
        _ = target.update(fromContentsOf: values[place].suffix(count))
    }

    private func value(_ column: BoundFunction.InputColumn, _ rows: BarEvents, _ row: Int) -> Double
    {
        switch column {
        case .open: Double(rows.open[row]) / price
        case .high: Double(rows.high[row]) / price
        case .low: Double(rows.low[row]) / price
        case .close, .price: Double(rows.close[row]) / price
        case .volume: Double(rows.volume[row]) / quantity
        }
    }

    private static func scale(_ decimals: Int) -> Double {
        (0..<decimals).reduce(1) { product, _ in product * 10 }
    }
}
