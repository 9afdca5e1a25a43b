using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment.Feedback;

/// <summary>The principles by which a model criticises, revises and compares answers: a YAML file.</summary>
/// <param name="Principles">At least one, with different names.</param>
public sealed record Constitution(IReadOnlyList<ConstitutionPrinciple> Principles)
{
    private const int MostPrinciples = 1000;

    /// <summary>Reads a file: <c>principles</c>, a list of <c>name</c>, <c>rule</c>, and if wanted <c>critique</c> and <c>revision</c>.</summary>
    /// <remarks>Errors: TRN0001 to TRN0003 as for recipes.</remarks>
    public static Constitution Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a constitution from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names it in messages.</param>
    public static Constitution Parse(string text, string path) => RecipeFile.Parse(text, path, (top, _) => Read(top)).Recipe;

    private static Constitution Read(RecipeSection top)
    {
        var principles = new List<ConstitutionPrinciple>();
        foreach (var section in top.Sections("principles"))
        {
            var rule = section.Text("rule", null);
            var name = section.Text("name", null);
            if (name.Length > 0 && name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            {
                section.Fault("name", $"'{name}' holds other characters than lower-case letters, digits and '-'.");
            }

            principles.Add(new ConstitutionPrinciple(
                name,
                rule,
                section.Text("critique", $"Say shortly what in the last answer goes against this principle: {rule}"),
                section.Text("revision", $"Write the answer again so that it follows this principle: {rule}")));
            section.Finish();
        }

        if (principles.Count is 0 or > MostPrinciples)
        {
            top.Fault("principles", $"holds {principles.Count}; expected 1 to {MostPrinciples}.");
        }

        foreach (var twice in principles.GroupBy(principle => principle.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            top.Fault("principles", $"names '{twice.Key}' twice; expected different names.");
        }

        top.Finish();
        return new Constitution(principles);
    }
}
