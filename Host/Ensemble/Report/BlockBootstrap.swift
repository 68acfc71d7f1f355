import RialtoValues

/// A mean with the interval in which it lies 95 times of 100, for rounds that depend on those near
/// them.
package struct MeanInterval: Equatable, Sendable {
    package let mean: Double
    package let low: Double
    package let high: Double

    package var width: Double { high - low }
}

/// Draws whole blocks of neighbouring rounds with replacement, so that what depends within a block
/// stays together.
///
/// - Source: Carlstein 1986, Künsch 1989; intervals by percentiles.
package struct BlockBootstrap: Sendable {
    /// The sum over the rounds of each block, and how many they are.
    package struct Block: Equatable, Sendable {
        package var sum: Double
        package var count: Double

        package init(sum: Double, count: Double) {
            self.sum = sum
            self.count = count
        }
    }

    package let resamples: Int
    package let seed: UInt64

    package init(resamples: Int, seed: UInt64) {
        precondition(resamples >= 40)
        self.resamples = resamples
        self.seed = seed
    }

    /// The mean of all rounds with its interval; nil without a round.
    ///
    /// - Parameter level: Share of the time that the mean lies within, above 0 and below 1.
    package func interval(_ blocks: [Block], level: Double = 0.95) -> MeanInterval? {
        let blocks = blocks.filter { $0.count > 0 }
        let total = blocks.reduce(Block(sum: 0, count: 0)) {
            Block(sum: $0.sum + $1.sum, count: $0.count + $1.count)
        }
        guard total.count > 0 else { return nil }
        var random = SeededGenerator(seed: seed)
        var means: [Double] = []
        for _ in 0..<resamples {
            var drawn = Block(sum: 0, count: 0)
            for _ in blocks.indices {
                let block = blocks[Int.random(in: 0..<blocks.count, using: &random)]
                drawn.sum += block.sum
                drawn.count += block.count
            }
            means.append(drawn.sum / drawn.count)
        }
        means.sort()
        let tail = (1 - level) / 2
        let low = Int((tail * Double(resamples)).rounded(.down))
        return MeanInterval(
            mean: total.sum / total.count, low: means[low], high: means[resamples - 1 - low])
    }
}
