using System.Collections.Frozen;
using System.Text.Json;
using Gyre.Server.Http;

namespace Gyre.Server.Parameters;

/// <summary>The parameters of one endpoint.</summary>
internal sealed class ParameterTable
{
    private readonly FrozenDictionary<string, RequestParameter> _byName;

    public ParameterTable(string name, string description, params IEnumerable<RequestParameter> parameters)
    {
        Name = name;
        Description = description;
        Parameters = [.. parameters];
        _byName = Parameters.ToFrozenDictionary(parameter => parameter.Name, StringComparer.Ordinal);
    }

    private const int MostShown = 80;

    /// <summary>The schema's name in the OpenAPI document.</summary>
    public string Name { get; }

    public string Description { get; }

    public IReadOnlyList<RequestParameter> Parameters { get; }

    /// <summary>Refuses unknown and unsupported parameters by name, and says which required ones are missing.</summary>
    public void Check(JsonElement body, RequestFaults faults)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (!_byName.TryGetValue(property.Name, out var parameter))
            {
                var name = property.Name.Length <= MostShown ? property.Name : property.Name[..MostShown] + "…";
                faults.Add("SRV0110", name, $"Unknown parameter '{name}'{Nearest(name)}.");
            }
            else if (parameter.Support == ParameterSupport.Refused && IsSet(property.Value))
            {
                faults.Add("SRV0111", property.Name, $"Parameter '{property.Name}' is not supported. {parameter.Description}");
            }
        }

        foreach (var parameter in Parameters)
        {
            if (parameter.IsRequired && !(body.TryGetProperty(parameter.Name, out var value) && value.ValueKind != JsonValueKind.Null))
            {
                faults.Add("SRV0112", parameter.Name, $"Parameter '{parameter.Name}' is missing.");
            }
        }
    }

    /// <summary>Null, empty lists and empty objects say the same as leaving the parameter out.</summary>
    private static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    private string Nearest(string name)
    {
        var best = Parameters
            .Where(parameter => parameter.Support != ParameterSupport.Refused)
            .Select(parameter => (parameter.Name, Distance: EditDistance.Between(parameter.Name, name, limit: 3)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= 2 ? $"; did you mean '{best.Name}'?" : "";
    }
}
