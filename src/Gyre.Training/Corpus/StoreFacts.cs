using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>The rules of a store: returns, delivery, payment, hours, service. Every store has its own.</summary>
internal static class StoreFacts
{
    private static readonly string[] Carriers = ["Post", "Express", "Parcels", "Logistics", "Courier", "Freight"];

    /// <summary>The town that names a store.</summary>
    public static FactKind Town { get; } = new("town", "town", ValuePool.FromSplit(Names.Word))
    {
        Notes = new("town", ["This is the store in {v}."], ["This is the store in {v}."]),
        Questions = new("ask-town",
            ["Which store is this?", "In which town is the store?", "Which town is the store in?", "Where is the store?"],
            ["In what town is the store?", "Which town is this store in?"]),
    };

    /// <summary>How long items can come back.</summary>
    public static FactKind ReturnPeriod { get; } = new("returns", "return period", Days("returns", 5, 100, "days"))
    {
        Notes = new("returns",
            ["You can return items within {v}.", "Returns are possible for {v}.", "The return period is {v}.", "You have {v} to return an item.", "Send items back within {v}.", "We take items back for {v}."],
            ["You can send items back within {v}.", "You can return an item for {v}."]),
        Questions = new("ask-returns",
            ["How long can I return an item?", "How many days do I have to return an item?", "How long is the return period?", "Within how many days can I send items back?", "What is the time limit for returns?"],
            ["How many days do I have to send items back?", "For how long can I return items?"]),
    };

    /// <summary>How long a refund takes.</summary>
    public static FactKind Refund { get; } = new("refund", "refund time", Days("refund", 2, 30, "working days"))
    {
        Notes = new("refund",
            ["Refunds take {v}.", "We pay your money back within {v}.", "The refund time is {v}.", "You get a refund after {v}.", "Your money is back after {v}.", "A refund needs {v}."],
            ["A refund takes {v}.", "You get your money back within {v}."]),
        Questions = new("ask-refund",
            ["How long does a refund take?", "When do I get my money back?", "How long do I wait for a refund?", "How fast do you pay refunds?"],
            ["How long do refunds take?", "When will I get my money back?"]),
    };

    /// <summary>How long a parcel needs.</summary>
    public static FactKind Delivery { get; } = new("delivery", "delivery time", ValuePool.From("delivery", static random =>
    {
        var first = random.NextInt32(1, 12);
        return $"{first} to {first + random.NextInt32(1, 6)} days";
    }))
    {
        Notes = new("delivery",
            ["Delivery takes {v}.", "Your parcel arrives within {v}.", "The delivery time is {v}.", "We deliver in {v}.", "Parcels need {v}.", "A parcel is with you after {v}."],
            ["Your parcel needs {v}.", "Parcels arrive within {v}."]),
        Questions = new("ask-delivery",
            ["How long does delivery take?", "When will my parcel arrive?", "How long do parcels need?", "How fast do you deliver?"],
            ["How long does my parcel need?", "How long does it take to deliver a parcel?"]),
    };

    /// <summary>What shipping costs.</summary>
    public static FactKind Shipping { get; } = new("shipping", "shipping cost", Money("shipping", 2, 20))
    {
        Notes = new("shipping",
            ["Shipping costs {v}.", "The shipping cost is {v}.", "You pay {v} for shipping.", "We charge {v} for shipping.", "Shipping is {v}.", "The cost of shipping is {v}."],
            ["We ask {v} for shipping.", "For shipping you pay {v}."]),
        Questions = new("ask-shipping",
            ["How much does shipping cost?", "What do I pay for shipping?", "What does shipping cost?", "How much do you charge for shipping?"],
            ["How much is shipping?", "How much do I pay for shipping?"]),
    };

    /// <summary>From what amount shipping is free.</summary>
    public static FactKind FreeFrom { get; } = new("free shipping", "free shipping limit", ValuePool.From("free", static random => $"{5 * random.NextInt32(4, 60)} euros"))
    {
        Notes = new("free",
            ["Shipping is free from {v}.", "Orders over {v} ship free.", "The free shipping limit is {v}.", "We ship free from {v}.", "From {v} you pay nothing for shipping.", "There is free shipping over {v}."],
            ["Free shipping starts at {v}.", "Orders from {v} ship free."]),
        Questions = new("ask-free",
            ["From what amount is shipping free?", "When is shipping free?", "How much must I spend for free shipping?", "Over what amount do you ship free?"],
            ["From which amount do you ship free?", "When do I get free shipping?"]),
    };

    /// <summary>Who brings parcels.</summary>
    public static FactKind Carrier { get; } = new("carrier", "carrier", ValuePool.FromSplit(static (random, split) => Names.Word(random, split) + " " + random.Pick(Carriers)))
    {
        Notes = new("carrier",
            ["Our carrier is {v}.", "We ship with {v}.", "{v} brings your parcel.", "Parcels travel with {v}.", "We work with the carrier {v}.", "The carrier is {v}."],
            ["We send parcels with {v}.", "The carrier we work with is {v}."]),
        Questions = new("ask-carrier",
            ["Which carrier do you use?", "Who brings my parcel?", "With whom do you ship?", "Who is your carrier?"],
            ["Which carrier brings my parcel?", "Which carrier do you ship with?"]),
    };

    /// <summary>How customers can pay.</summary>
    public static FactKind Payment { get; } = new("payment", "payment methods", ValuePool.Combine("payment",
        ["card", "invoice", "cash", "gift card", "bank transfer"], ["and"], ["direct debit", "online wallet", "store credit", "cheque", "instalments", "phone"]))
    {
        Notes = new("payment",
            ["You can pay by {v}.", "We accept {v}.", "The payment methods are {v}.", "Payment is possible by {v}.", "For payment we take {v}.", "Please pay by {v}."],
            ["We accept payment by {v}.", "The ways to pay are {v}."]),
        Questions = new("ask-payment",
            ["How can I pay?", "Which payment methods do you accept?", "What are the ways to pay?", "How do I pay for my order?"],
            ["Which ways to pay do you accept?", "How can I pay for my order?"]),
    };

    /// <summary>When the store is open.</summary>
    public static FactKind Hours { get; } = new("hours", "opening hours", ValuePool.From("hours", static random => $"{random.NextInt32(6, 12)} am to {random.NextInt32(2, 11)} pm"))
    {
        Notes = new("hours",
            ["The store is open from {v}.", "Opening hours are {v}.", "We are open from {v}.", "You can visit us from {v}.", "Our doors are open from {v}.", "Come and see us from {v}."],
            ["Our store is open from {v}.", "You can come and see us from {v}."]),
        Questions = new("ask-hours",
            ["When is the store open?", "What are your opening hours?", "When can I visit you?", "At what time are you open?"],
            ["When are you open?", "When can I visit the store?"]),
    };

    /// <summary>The store's number.</summary>
    public static FactKind Phone { get; } = new("phone", "phone number", ValuePool.From("phone", static random => $"0{random.NextInt32(10, 100)} {random.NextInt32(100, 1000)} {random.NextInt32(100, 1000)}"))
    {
        Notes = new("phone",
            ["Call us on {v}.", "Our phone number is {v}.", "You can call {v}.", "By phone you reach us on {v}.", "The phone number is {v}.", "Please call {v} for help."],
            ["You can reach us by phone on {v}.", "Our number for calls is {v}."]),
        Questions = new("ask-phone",
            ["What is your phone number?", "Which number can I call?", "How can I reach you by phone?", "On which number can I call you?"],
            ["Which phone number can I call?", "What number can I call?"]),
    };

    /// <summary>How long the warranty lasts.</summary>
    public static FactKind Warranty { get; } = new("warranty", "warranty", ValuePool.From("warranty", static random => $"{random.NextInt32(2, 60)} months"))
    {
        Notes = new("warranty",
            ["All items have a warranty of {v}.", "The warranty lasts {v}.", "We give a warranty of {v}.", "The warranty is {v}.", "You have a warranty for {v}.", "Our warranty runs for {v}."],
            ["Your warranty lasts {v}.", "Items have a warranty for {v}."]),
        Questions = new("ask-warranty",
            ["How long is the warranty?", "How long does the warranty last?", "What warranty do I get?", "For how many months do I have a warranty?"],
            ["How long do I have a warranty?", "How many months does the warranty last?"]),
    };

    /// <summary>What students save.</summary>
    public static FactKind Discount { get; } = new("discount", "student discount", ValuePool.From("discount", static random => $"{random.NextInt32(3, 50)} percent"))
    {
        Notes = new("discount",
            ["Students get a discount of {v}.", "The student discount is {v}.", "Students save {v}.", "For students we take off {v}.", "We give students {v} off.", "With a student card you save {v}."],
            ["We give students a discount of {v}.", "As a student you save {v}."]),
        Questions = new("ask-discount",
            ["How big is the student discount?", "How much do students save?", "What discount do students get?", "How much can I save as a student?"],
            ["Which discount do students get?", "How much do I save as a student?"]),
    };

    /// <summary>How long gift cards are valid.</summary>
    public static FactKind GiftCard { get; } = new("gift card", "gift card validity", ValuePool.From("gift", static random => $"{random.NextInt32(2, 12)} years"))
    {
        Notes = new("gift",
            ["Gift cards are valid for {v}.", "A gift card lasts {v}.", "You can use a gift card for {v}.", "The gift card validity is {v}.", "Gift cards end after {v}.", "Use your gift card within {v}."],
            ["A gift card is valid for {v}.", "Gift cards last {v}."]),
        Questions = new("ask-gift",
            ["How long is a gift card valid?", "How long can I use a gift card?", "How long do gift cards last?", "When does a gift card end?"],
            ["For how long is a gift card valid?", "How long does a gift card last?"]),
    };

    /// <summary>What a repair costs.</summary>
    public static FactKind Repair { get; } = new("repair", "repair cost", Money("repair", 5, 60))
    {
        Notes = new("repair",
            ["A repair costs {v}.", "We repair clothes for {v}.", "The repair cost is {v}.", "For a repair we charge {v}.", "Repairs are done for {v}.", "You pay {v} for a repair."],
            ["Repairs cost {v}.", "For a repair you pay {v}."]),
        Questions = new("ask-repair",
            ["How much does a repair cost?", "What do I pay for a repair?", "What does a repair cost?", "How much do you charge for repairs?"],
            ["How much is a repair?", "How much do repairs cost?"]),
    };

    /// <summary>Who leads the store.</summary>
    public static FactKind Boss { get; } = new("manager", "store manager", ValuePool.FromSplit(Names.Person))
    {
        Notes = new("manager",
            ["The store manager is {v}.", "{v} is the manager.", "Our manager is called {v}.", "{v} leads the store.", "Ask for our manager {v}.", "The team is led by {v}."],
            ["The manager of the store is {v}.", "The store is led by {v}."]),
        Questions = new("ask-manager",
            ["Who is the manager?", "Who leads the store?", "What is the name of the manager?", "Who is the store manager?"],
            ["What is the manager called?", "Who is the manager of the store?"]),
    };

    /// <summary>Stores with their rules.</summary>
    public static World Stores { get; } = new()
    {
        Name = "store",
        Subject = Town,
        Kinds = [ReturnPeriod, Refund, Delivery, Shipping, FreeFrom, Carrier, Payment, Hours, Phone, Warranty, Discount, GiftCard, Repair, Boss],
        Openers = new("store",
            ["This is the store in {v}.", "Welcome to our store in {v}.", "These are the rules of our {v} store.", "Our store in {v} is glad to help.", "Good to know about our store in {v}.", "StyleSprint {v} tells you how it works."],
            ["Welcome to StyleSprint {v}.", "These are the rules of our store in {v}."]),
        Referents = ["the {v} store", "the store", "the store in {v}"],
    };

    private static ValuePool Days(string kind, int from, int to, string unit) => ValuePool.From(kind, random => $"{random.NextInt32(from, to)} {unit}");

    private static ValuePool Money(string kind, int from, int to) => ValuePool.From(kind, random => $"{random.NextInt32(from, to)}.{10 * random.NextInt32(10):00} euros");
}
