/// What the awake models say together about one instrument over one horizon.
package struct Opinion: Equatable, Sendable {
    /// Weighted probability that the price rises, 0...1.
    package let probabilityUp: Double
    /// The position that they argue for, -1...1: 2p - 1 unless models say targets, or positions are
    /// weighed apart.
    package let position: Double
    /// Weighted mean return as a fraction, over the models that tell one.
    package let expectedReturn: Double?
    /// Weight used for each model of the run; they add up to 1.
    package let weights: [Double]
    /// Number of models that were heard, 1 or more.
    package let awake: Int
}
