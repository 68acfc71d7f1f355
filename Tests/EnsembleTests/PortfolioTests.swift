import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

/// Price relatives at random: noise, one asset that leads, or two that trade places.
private func relatives(_ seed: UInt64, rounds: Int) -> [[Double]] {
    var random = SeededGenerator(seed: seed)
    let assets = Int.random(in: 2...4, using: &random)
    return (0..<rounds).map { round in
        (0..<assets).map { asset in
            let noise = Double.random(in: 0.8...1.25, using: &random)
            switch seed % 3 {
            case 0: return noise
            case 1: return asset == 0 ? noise * 1.02 : noise
            default: return (round + asset).isMultiple(of: 2) ? 1.25 : 0.8
            }
        }
    }
}

/// At least the ln of wealth of the best portfolio with constant parts, closer than 0.1.
private func bestConstant(_ rows: [[Double]]) -> Double {
    var parts = rows[0].map { _ in 1 / Double(rows[0].count) }
    var gap = 0.0, wealth = 0.0
    for _ in 0..<300 {
        var slopes = parts.map { _ in 0.0 }
        wealth = 0
        for row in rows {
            let growth = zip(parts, row).reduce(0) { $0 + $1.0 * $1.1 }
            wealth += log(growth)
            for asset in row.indices { slopes[asset] += row[asset] / growth / Double(rows.count) }
        }
        gap = Double(rows.count) * log(slopes.max() ?? 1)
        if gap < 0.01 { break }
        for asset in parts.indices { parts[asset] *= slopes[asset] }
    }
    return wealth + gap
}

private func wealth(_ rule: inout some PortfolioRule, _ rows: [[Double]]) -> Double {
    var sum = 0.0
    for row in rows {
        #expect(abs(rule.parts.reduce(0, +) - 1) < 1e-9 && rule.parts.allSatisfy { $0 >= 0 })
        sum += log(zip(rule.parts, row).reduce(0) { $0 + $1.0 * $1.1 })
        rule.learn(row)
    }
    return sum
}

@Suite struct `A portfolio rule, on 1,000 random markets,` {
    private static let rounds = 60
    private static let markets = freshSeeds(1_000).map { seed in
        let rows = relatives(seed, rounds: rounds)
        return (seed: seed, rows: rows, best: bestConstant(rows), worst: least(rows))
    }

    /// Smallest relative when each round's largest is 1.
    private static func least(_ rows: [[Double]]) -> Double {
        rows.map { ($0.min() ?? 1) / ($0.max() ?? 1) }.min() ?? 1
    }

    @Test func `stays within the bound of exponentiated gradient`() {
        for market in Self.markets {
            let m = Double(market.rows[0].count), t = Double(Self.rounds)
            let eta = 2 * market.worst * (2 * log(m) / t).squareRoot()
            var rule = ExponentiatedGradient(assets: Int(m), eta: eta)
            let regret = market.best - wealth(&rule, market.rows)
            let bound = (t * log(m) / 2).squareRoot() / market.worst
            #expect(regret <= bound, "seed \(market.seed)")
        }
    }

    @Test func `stays within the bound of the online Newton step`() {
        for market in Self.markets {
            let m = Double(market.rows[0].count), t = Double(Self.rounds)
            var rule = NewtonStep(assets: Int(m), beta: market.worst / (8 * m.squareRoot()))
            let regret = market.best - wealth(&rule, market.rows)
            let bound =
                10 * pow(m, 1.5) / market.worst * log(m * t / (market.worst * market.worst))
            #expect(regret <= bound, "seed \(market.seed)")
        }
    }

    @Test func `makes the mean of what all constant portfolios make, and so Cover's bound`() {
        for market in Self.markets {
            let m = market.rows[0].count
            var rule = UniversalPortfolio(assets: m, pointsMax: 300)
            let made = wealth(&rule, market.rows)
            let all = rule.points.map { point in
                market.rows.reduce(0.0) { sum, row in
                    sum + log(zip(point, row).reduce(0) { $0 + $1.0 * $1.1 })
                }
            }
            let top = all.max() ?? 0
            let mean = top + log(all.reduce(0) { $0 + exp($1 - top) } / Double(all.count))
            #expect(abs(made - mean) < 1e-9, "seed \(market.seed)")
            let bound = Double(m - 1) * log(Double(Self.rounds + 1))
            #expect(market.best - made <= bound, "seed \(market.seed)")
        }
    }
}

@Suite struct `A portfolio` {
    @Test func `learns nothing from what is no ratio of prices`() {
        var gradient = ExponentiatedGradient(assets: 2, eta: 0.1)
        var newton = NewtonStep(assets: 2, beta: 1)
        var cover = UniversalPortfolio(assets: 2)
        for bad in [Double.nan, .infinity, 0, -1] {
            gradient.learn([bad, 1])
            newton.learn([1, bad])
            cover.learn([bad, 1])
        }
        for parts in [gradient.parts, newton.parts, cover.parts] { #expect(parts == [0.5, 0.5]) }
    }

    @Test func `of Newton's step lies where no exchange of two parts is better`() {
        for seed in freshSeeds(50) {
            let rows = relatives(seed, rounds: 40)
            let m = rows[0].count
            var rule = NewtonStep(assets: m, beta: 1)
            var a = (0..<m).map { row in (0..<m).map { $0 == row ? 1.0 : 0 } }
            var v = Array(repeating: 0.0, count: m)
            for row in rows {
                let most = row.max() ?? 1
                let growth = zip(rule.parts, row).reduce(0) { $0 + $1.0 * $1.1 / most }
                let g = row.map { $0 / most / growth }
                for i in 0..<m {
                    v[i] += 2 * g[i]
                    for j in 0..<m { a[i][j] += g[i] * g[j] }
                }
                rule.learn(row)
                let slope = (0..<m).map { i in
                    v[i] - (0..<m).reduce(0) { $0 + a[i][$1] * rule.parts[$1] }
                }
                let highest = slope.max() ?? 0
                for i in 0..<m where rule.parts[i] > 1e-9 {
                    #expect(abs(slope[i] - highest) < 1e-7, "seed \(seed)")
                }
            }
        }
    }
}
