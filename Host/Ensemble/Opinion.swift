/// What the awake models say together about one instrument.
package struct Opinion: Equatable, Sendable {
    /// Weighted probability that the price rises, 0...1.
    package let probabilityUp: Double
    /// Weighted mean return as a fraction, over the models that tell one, each over its own
    /// horizon.
    package let expectedReturn: Double?
    /// Weight used for each model of the run; they add up to 1.
    package let weights: [Double]
    /// Number of models that were heard, 1 or more.
    package let awake: Int
}
