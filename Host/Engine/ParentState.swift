import RialtoExecution
import RialtoOrders
import RialtoValues

/// What comes for a parent order at a known time.
enum ParentDue {
    /// Its next child may be due.
    case part
    /// The algorithm's time is up.
    case end
    /// Its life ends.
    case expiry
}

/// An order that an algorithm works, while the engine knows it.
struct ParentState {
    /// Whether the place holds a parent at all.
    var isLive = true
    /// Dense from 0, apart from the numbers of orders.
    let number: Int
    let account: Int
    /// Index of the instance that owns it.
    let instance: Int
    /// The plugin's own id.
    let clientId: UInt64
    /// What it has in common with the orders that go when it fills, and it when they do; 0 none.
    let linkId: UInt64
    /// Sequence of the intent among those of its instance.
    let intent: Int
    /// What was asked for; the price is 0 without a limit.
    var terms: Order.Terms
    var order: ParentOrder
    /// Protection that it asks for what it opens.
    let protection: Protection?
    /// Of those that follow a clock; nil of the others.
    var schedule: SliceSchedule?
    /// The next slice.
    var slice = 0
    /// Volume of the instrument before it began.
    let volumeBefore: Int64
    /// What is random about it.
    var random: SeededGenerator
    /// Whether the last child that went had filled whole.
    var hasFilledChild = false
    /// How the last child ended that did not fill whole.
    var lastEnd = OrderState.expired
    /// Whether its children were taken off for new terms, and are to be sent anew.
    var isRenewed = false
    /// When it looks next whether a child is due; Int64.max when it is not to.
    var partDue_ns = Int64.max
    /// Whether it is among those whose children may be gone.
    var isIdle = false
    /// Whether the host itself has taken its children off.
    var isDropped = false
    /// What it will be told to be when its children are gone.
    var outcome = (state: OrderState.expired, reason: OrderReason.none)
}

/// How a child meets the market.
enum ChildStyle {
    /// At the market, or in the book at the parent's limit.
    case work
    /// With all terms of the parent.
    case asIs
    /// At once: at the market, or within the parent's limit.
    case take
    /// In the book at a price.
    case rest(price: Int64, isPostOnly: Bool)
}
