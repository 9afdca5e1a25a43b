using System.Collections.Frozen;

namespace Gyre.Orchestration.Retrieval;

/// <summary>English words that say how a question is built and not what it is about.</summary>
internal static class StopWords
{
    private const string Articles = "a an the this that these those some any each every no all both such other same own";
    private const string Pronouns = "i me my mine we us our ours you your yours he him his she her hers it its they them their theirs who whom whose which what";
    private const string Verbs = "am is are was were be been being do does did doing done have has had having can could may might must shall should will would";
    private const string Links = "and or but nor if then than because as so while until though although whether";
    private const string Prepositions = "of in on at by for with about against between into through during before after above below to from up down out off over under within without upon";
    private const string Adverbs = "not only very too also just there here again further once when where why how now ever please";
    private const string Endings = "s t d ll m re ve don isn aren wasn weren doesn didn hasn haven couldn shouldn wouldn";

    public static FrozenSet<string> English { get; } =
        $"{Articles} {Pronouns} {Verbs} {Links} {Prepositions} {Adverbs} {Endings}".Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
