import RialtoEngine
import RialtoExecution
import RialtoTestSupport
import RialtoValues
import Testing

private let minute = MarketSketch.minute

/// Fills of an account whose targets are worked evenly over ten minutes, on bars at one price.
private func fills(
    _ scripts: [[Int: [Intent]]], prices: [Int64] = Array(repeating: 100, count: 30)
) throws -> SketchOutcome {
    var run = SketchRun(market: MarketSketch(prices.map { ($0, $0, $0, $0) }))
    let account = run.account(scripts.map { script($0) })
    run.accounts = [
        AccountSetup(
            id: account.id, equity: account.equity, limits: account.limits,
            instances: account.instances, execution: .twap(duration_ns: 10 * minute))
    ]
    return try run.execute()
}

@Suite struct `A target that is worked in parts` {
    @Test func `is reached in equal steps`() throws {
        let out = try fills([[0: [.target(20)]]])
        #expect(out.fills.map(\.quantity) == Array(repeating: 2, count: 10))
        #expect(out.of(.parent).map { $0[7] } == [20] && out.of(.child).count == 10)
    }

    @Test func `goes on from where it is when it changes`() throws {
        let out = try fills([[0: [.target(20)], 5: [.target(2)]]])
        let signed = out.fills.map { $0.side.sign * $0.quantity }
        #expect(signed.reduce(0, +) == 2)
        // Five steps up were due by then, and what is to be sold has eight lots for its slices.
        #expect(signed.filter { $0 > 0 } == [2, 2, 2, 2, 2])
        #expect(signed.filter { $0 < 0 } == Array(repeating: -1, count: 8))
        #expect(out.of(.parent).count == 2)
    }

    @Test func `keeps its pace when it is only said again`() throws {
        let again = Dictionary(uniqueKeysWithValues: (0..<25).map { ($0, [Intent.target(20)]) })
        let out = try fills([again])
        #expect(out.fills.map(\.quantity) == Array(repeating: 2, count: 10))
    }

    @Test func `crosses with an opposite one at once, and paces what is left`() throws {
        let out = try fills([[0: [.target(20)], 15: [.target(0)]], [15: [.target(12)]]])
        #expect(out.of(.crossing).map { $0[5] } == [12, -12])
        let sold = out.fills.filter { $0.side == .sell }
        #expect(sold.map(\.quantity) == Array(repeating: 1, count: 8))
    }

    @Test func `is split over those who want it, part by part`() throws {
        let out = try fills([[0: [.target(30)]], [0: [.target(10)]]])
        #expect(out.fills.map(\.quantity) == Array(repeating: 4, count: 10))
        var shares: [Int64: Int64] = [:]
        for r in out.of(.share) { shares[r[1], default: 0] += r[2] }
        #expect(shares == [0: 30, 1: 10])
    }

    @Test func `is protected as far as it has come`() throws {
        let prices: [Int64] = [100, 100, 100, 100, 100, 90, 90, 90, 90, 90, 90, 90, 90, 90]
        let out = try fills([[0: [.target(20, stop: 95)]]], prices: prices)
        let signed = out.fills.map { $0.side.sign * $0.quantity }
        #expect(signed.reduce(0, +) == 0 && signed.filter { $0 > 0 }.reduce(0, +) < 20)
    }
}
