namespace Gyre.Registry.Datasets;

/// <summary>Facts that are there only when they say something.</summary>
internal static class FactsWith
{
    public static Dictionary<string, string> With(this Dictionary<string, string> facts, string name, string value)
    {
        if (value.Length > 0)
        {
            facts[name] = value;
        }

        return facts;
    }
}
