using Gyre.Contracts;

namespace Gyre.Evaluation.Tests.Judges;

internal static class JudgeRows
{
    public static DatasetRow Row(string prompt = "Which way is up?", string reference = "Away from the ground.", string id = "1", params (string Name, string Value)[] facts) =>
        new(id, "default", prompt, reference, facts.ToDictionary(fact => fact.Name, fact => fact.Value), "", "");
}
