{{- define "evenkeel.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "evenkeel.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "evenkeel.name" .) }}
{{- end }}

{{- define "evenkeel.labels" -}}
{{ include "evenkeel.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "evenkeel.selector" -}}
app.kubernetes.io/name: evenkeel
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* poll=5s,sweep=5m */ -}}
{{- define "evenkeel.timings" -}}
{{- $parts := list -}}
{{- range $name, $value := .Values.timings }}{{ $parts = append $parts (printf "%s=%s" $name $value) }}{{ end -}}
{{- join "," $parts -}}
{{- end }}
