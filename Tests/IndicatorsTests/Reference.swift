import Foundation
import RialtoIndicators

/// Reference data that lie beside the repository on some machines.
enum Shared {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared").standardizedFileURL

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: path))
    }
}

/// A file of bars and what another library made of them.
struct Golden {
    let bars: BarColumns
    /// Values by indicator and output; nil is the warm-up. One without a name is called `value`.
    let outputs: [String: [String: [Double?]]]

    init(_ path: String) throws {
        let object =
            try JSONSerialization.jsonObject(with: Shared.data(path)) as? [String: Any] ?? [:]
        bars = Self.bars(object["input"] as? [String: Any] ?? [:])
        outputs = (object["output"] as? [String: Any] ?? [:]).mapValues { value in
            if let single = value as? [Any] { return ["value": Self.column(single)] }
            return (value as? [String: [Any]] ?? [:]).mapValues(Self.column)
        }
    }

    static func bars(_ columns: [String: Any]) -> BarColumns {
        func read(_ name: String) -> [Double] {
            (columns[name] as? [Any] ?? []).compactMap { ($0 as? NSNumber)?.doubleValue }
        }
        return BarColumns(
            open: read("open"), high: read("high"), low: read("low"), close: read("close"),
            volume: read("volume"))
    }

    static func column(_ values: [Any]) -> [Double?] {
        values.map { ($0 as? NSNumber)?.doubleValue }
    }
}

/// The largest relative difference between a column and the expected rows, infinite when one has a
/// value where the other has none.
func worst(_ column: IndicatorColumn, _ expected: [Double?]) -> Double {
    guard column.first + column.values.count == expected.count else { return .infinity }
    return worst(expected.indices.map { column[$0] }, expected)
}

func worst(_ rows: [Double?], _ expected: [Double?]) -> Double {
    guard rows.count == expected.count else { return .infinity }
    return zip(rows, expected).reduce(0) { most, pair in
        switch pair {
        case (nil, nil): most
        case (let a?, let b?): max(most, a == b ? 0 : abs(a - b) / max(abs(b), 1e-300))
        default: .infinity
        }
    }
}

/// Every indicator fed bar by bar, by the names of the catalog: output rows, nil while warming up.
func streamed(_ name: String, over bars: BarColumns) -> [[Double?]] {
    let words = name.split(separator: "_")
    let n = words.compactMap { Int($0) }
    let rows = bars.close.indices
    func one(_ update: (Int) -> Double?) -> [[Double?]] { [rows.map(update)] }
    let (h, l, c, v) = (bars.high, bars.low, bars.close, bars.volume)
    switch words.first.map(String.init) {
    case "SMA":
        var s = SMA(length: n[0])
        return one { s.update(c[$0]) }
    case "EMA":
        var s = EMA(length: n[0])
        return one { s.update(c[$0]) }
    case "RSI":
        var s = RSI(length: n[0])
        return one { s.update(c[$0]) }
    case "ROC":
        var s = ROC(length: n[0])
        return one { s.update(c[$0]) }
    case "STDDEV":
        var s = StandardDeviation(length: n[0])
        return one { s.update(c[$0]) }
    case "OBV":
        var s = OBV()
        return one { s.update(close: c[$0], volume: v[$0]) }
    case "TRANGE":
        var s = TrueRange()
        return one { s.update(high: h[$0], low: l[$0], close: c[$0]) }
    case "ATR":
        var s = ATR(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0]) }
    case "ADX":
        var s = ADX(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0]) }
    case "PLUS", "MINUS":
        var s = DirectionalMovement(length: n[0])
        let values = rows.map { s.update(high: h[$0], low: l[$0], close: c[$0]) }
        return [values.map { words[0] == "PLUS" ? $0?.plus : $0?.minus }]
    case "CCI":
        var s = CCI(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0]) }
    case "WILLR":
        var s = WilliamsR(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0]) }
    case "MFI":
        var s = MFI(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0], volume: v[$0]) }
    case "VWAP":
        var s = n.isEmpty ? VWAP() : VWAP(length: n[0])
        return one { s.update(high: h[$0], low: l[$0], close: c[$0], volume: v[$0]) }
    case "MACD":
        var s = MACD(fast: n[0], slow: n[1], signal: n[2])
        let values = rows.map { s.update(c[$0]) }
        return [values.map { $0?.macd }, values.map { $0?.signal }, values.map { $0?.histogram }]
    case "BBANDS":
        var s = Bollinger(length: n[0], width: Double(n[1]))
        let values = rows.map { s.update(c[$0]) }
        return [values.map { $0?.upper }, values.map { $0?.middle }, values.map { $0?.lower }]
    case "STOCH":
        var s = Stochastic(length: n[0], smooth: n[1], signal: n[2])
        let values = rows.map { s.update(high: h[$0], low: l[$0], close: c[$0]) }
        return [values.map { $0?.k }, values.map { $0?.d }]
    default: return []
    }
}
