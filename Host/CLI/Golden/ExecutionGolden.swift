import RialtoExecution
import RialtoText
import RialtoValues

extension GoldenKind {
    /// Schedules of Almgren and Chriss, and an order cut by time, volume and share of volume.
    static var execution: GoldenKind {
        GoldenKind(
            name: "execution", shape: "input: X, T, N, sigma; almgren_chriss; slicing"
        ) { file throws(HouseMessage) in
            guard file.root["almgren_chriss"] is [Any], file.root["slicing"] is [String: Any]
            else { return nil }
            let golden = try file.decoded(ExecutionGolden.self)
            guard golden.input.N > 0, golden.input.T > 0 else {
                throw HouseMessage(
                    "golden refused: N and T of the input are not above 0",
                    details: [.init("file", file.path)], help: "restore the file")
            }
            // The file states its tolerance in words elsewhere: 1e-9, and slices to the unit.
            return GoldenWork(reference: golden.about?.reference ?? "", tolerance: 1e-9) {
                golden.almgren_chriss.flatMap { $0.lines(golden.input) } + golden.slicing.lines()
            }
        }
    }
}

/// A golden file of execution schedules; names are those of the file.
struct ExecutionGolden: Decodable {
    struct About: Decodable {
        let reference: String?
    }

    struct Input: Decodable {
        let X: Double
        let T: Double
        let N: Int
        let sigma: Double
        let eps: Double
        let gamma: Double
        let eta: Double
    }

    struct Schedule: Decodable {
        let lambda: Double
        let kappa: Double
        let holdings: [Double]
        let trades: [Double]
        let expected_cost: Double
        let variance: Double
    }

    struct Slices: Decodable {
        let quantity: Double
        let lot: Double
        let volume_curve: [Double]
        let price: [Double]
        let twap_cumulative_floor: [Double]
        let vwap_cumulative_floor: [Double]
        let market_vwap: Double
        /// Names of the rest hold the rate: `pov_rate_0.1_child_sizes`.
        let pov: [String: [Double]]
        let pov_remaining: Double?
    }

    let about: About?
    let input: Input
    let almgren_chriss: [Schedule]
    let slicing: Slices
}

extension ExecutionGolden.Schedule {
    func lines(_ input: ExecutionGolden.Input) -> [GoldenLine] {
        let made = AlmgrenChriss(
            quantity: input.X, duration: input.T, slices: input.N,
            impact: .init(
                sigma: input.sigma, epsilon: input.eps, gamma: input.gamma, eta: input.eta),
            aversion: lambda)
        let name = "almgren_chriss \(lambda)"
        return [
            GoldenError.line(name, "kappa", found: [made.kappa], expected: [kappa]),
            GoldenError.line(name, "holdings", found: made.holdings, expected: holdings),
            GoldenError.line(name, "trades", found: made.trades, expected: trades),
            GoldenError.line(
                name, "expected_cost", found: [made.expectedCost], expected: [expected_cost]),
            GoldenError.line(name, "variance", found: [made.variance], expected: [variance]),
        ]
    }
}

extension ExecutionGolden.Slices {
    private enum Known: String, CaseIterable {
        case quantity, lot, volume_curve, price, twap_cumulative_floor, vwap_cumulative_floor
        case market_vwap, pov_remaining
    }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func column(_ known: Known) throws -> [Double] {
            try values.decode([Double].self, forKey: Key(known.rawValue))
        }
        func number(_ known: Known) throws -> Double {
            try values.decode(Double.self, forKey: Key(known.rawValue))
        }
        quantity = try number(.quantity)
        lot = try number(.lot)
        volume_curve = try column(.volume_curve)
        price = try column(.price)
        twap_cumulative_floor = try column(.twap_cumulative_floor)
        vwap_cumulative_floor = try column(.vwap_cumulative_floor)
        market_vwap = try number(.market_vwap)
        pov_remaining = try values.decodeIfPresent(
            Double.self, forKey: Key(Known.pov_remaining.rawValue))
        var shares: [String: [Double]] = [:]
        for key in values.allKeys where Known(rawValue: key.stringValue) == nil {
            shares[key.stringValue] = try values.decode([Double].self, forKey: key)
        }
        pov = shares
    }

    /// Every quantity in units of 10^-`decimals`: slices are compared to the unit.
    private static let decimals = 6

    private static func units(_ value: Double) -> Int64? {
        try? ExactDecimal.units(value.description.utf8, decimals: decimals)
    }

    func lines() -> [GoldenLine] {
        guard let whole = Self.units(quantity), let lot = Self.units(lot), lot > 0, whole > 0 else {
            return [Self.refused("slicing", "quantity or lot has more than 6 decimals, or none")]
        }
        let volumes = volume_curve.compactMap(Self.units)
        guard volumes.count == volume_curve.count, volumes.count == price.count,
            !volumes.isEmpty, volumes.allSatisfy({ $0 > 0 })
        else { return [Self.refused("slicing", "volume_curve does not fit price")] }
        let even = Array(repeating: Int64(1), count: twap_cumulative_floor.count)
        return [
            Self.line(
                "twap_cumulative_floor", Slicing.parts(of: whole, weights: even, lot: lot),
                twap_cumulative_floor),
            Self.line(
                "vwap_cumulative_floor", Slicing.parts(of: whole, weights: volumes, lot: lot),
                vwap_cumulative_floor),
            GoldenError.line(
                "market_vwap", "",
                found: [
                    zip(price, volume_curve).reduce(0) { $0 + $1.0 * $1.1 }
                        / volume_curve.reduce(0, +)
                ], expected: [market_vwap]),
        ] + pov.keys.sorted().flatMap { share($0, whole, lot, volumes) }
    }

    private func share(
        _ name: String, _ whole: Int64, _ lot: Int64, _ volumes: [Int64]
    ) -> [GoldenLine] {
        let parts = name.split(separator: "_")
        let rate =
            parts.count == 5 && name.hasPrefix("pov_rate_") && name.hasSuffix("_child_sizes")
            ? try? ExactDecimal.units(parts[2].utf8, decimals: 6) : nil
        guard let rate, rate > 0, rate < Participation.whole, let expected = pov[name] else {
            return [Self.refused(name, "no such column")]
        }
        var parent = ParentOrder(
            .participation(rate_e6: rate, duration_ns: 0), quantity: whole, lot: lot)
        let children = volumes.map { volume in
            let due = Participation.target(volume: volume, rate_e6: rate, lot: lot)
            let child = parent.child(upTo: parent.filled + due)
            if child > 0 {
                parent.sent(child)
                parent.fill(child)
                parent.gone(left: 0)
            }
            return child
        }
        var lines = [Self.line(name, children, expected)]
        if let rest = pov_remaining, pov.count == 1 {
            lines.append(Self.line("pov_remaining", [parent.left], [rest]))
        }
        return lines
    }

    private static func line(
        _ name: String, _ found: [Int64], _ expected: [Double]
    ) -> GoldenLine {
        let scale = Double(ExactDecimal.power10(decimals) ?? 1)
        return GoldenError.line(
            name, "", found: found.map { Double($0) / scale }, expected: expected)
    }

    private static func refused(_ name: String, _ why: String) -> GoldenLine {
        GoldenError.refused(name, "", why)
    }
}
