/// A value for each instrument of an instance: made once, changed in place, released with the last
/// copy of the strategy or model that holds it.
///
/// Reading and changing a value neither allocates nor counts references.
@frozen public struct PerInstrument<State> {
    @usableFromInline let base: UnsafeMutablePointer<State>
    /// Values: one more than the highest index of an instrument.
    public let count: Int
    private let owner: PerInstrumentOwner<State>

    /// Makes the value of each instrument.
    ///
    /// - Parameters:
    ///   - instruments: `Setup.instruments`; at least one.
    ///   - make: The first value of an instrument. Indices between that are not the instance's own
    ///     get a copy of the first one's.
    public init(
        _ instruments: [InstrumentInfo],
        _ make: (InstrumentInfo) throws(PluginFailure) -> State
    ) throws(PluginFailure) {
        guard let first = instruments.first else { throw PluginFailure("no instrument was given") }
        let blank = try make(first)
        var values: [State] = []
        for instrument in instruments {
            let index = Int(instrument.index)
            while values.count <= index { values.append(blank) }
            values[index] = try make(instrument)
        }
        owner = PerInstrumentOwner(values)
        base = owner.base
        count = values.count
    }

    /// The value of an instrument that the instance may use, by its index.
    @inlinable public subscript(index: UInt32) -> State {
        _read {
            precondition(index < count, "the instrument is one of the instance's")
            yield base[Int(index)]
        }
        nonmutating _modify {
            precondition(index < count, "the instrument is one of the instance's")
            yield &base[Int(index)]
        }
    }
}

/// Owns the values of a ``PerInstrument``.
@usableFromInline final class PerInstrumentOwner<State> {
    let base: UnsafeMutablePointer<State>
    private let count: Int

    init(_ values: [State]) {
        count = values.count
        base = .allocate(capacity: values.count)
        base.initialize(from: values, count: values.count)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }
}
