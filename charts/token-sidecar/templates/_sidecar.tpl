{{/*
What an application's chart includes in the template of its pods. All of them take the root context of that chart:

  token-sidecar.podLabels        labels of the pod
  token-sidecar.podAnnotations   annotations of the pod: new settings make new pods
  token-sidecar.podSecurity      fields of the pod: no token of the service account, and the pod's security context
  token-sidecar.initContainers   list of init containers, to put before those of the application
  token-sidecar.volumes          list of volumes
  token-sidecar.env              list of environment variables, for every other container and init container

docs/kubernetes.md has an example.
*/}}

{{- define "token-sidecar.podLabels" -}}
token-sidecar.dev/scrape: "true"
{{- end }}

{{- define "token-sidecar.podAnnotations" -}}
{{- $chart := eq .Chart.Name "token-sidecar" | ternary . (get (.Subcharts | default dict) "token-sidecar") -}}
checksum/token-sidecar: {{ include "token-sidecar.configMaps" $chart | sha256sum }}
{{- if $chart.Values.monitoring.scrapeAnnotations }}
{{ $patch := (first ($chart.Files.Get "k8s/scrape-annotations/kustomization.yaml" | fromYaml).patches).patch | fromYaml -}}
{{ toYaml $patch.spec.template.metadata.annotations }}
{{- end }}
{{- end }}

{{- define "token-sidecar.podSecurity" -}}
{{- $chart := eq .Chart.Name "token-sidecar" | ternary . (get (.Subcharts | default dict) "token-sidecar") -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  {{- if $chart.Values.state }}
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "token-sidecar.initContainers" -}}
{{- (include "token-sidecar.podSpec" . | fromYaml).initContainers | toYaml }}
{{- end }}

{{- define "token-sidecar.volumes" -}}
{{- (include "token-sidecar.podSpec" . | fromYaml).volumes | toYaml }}
{{- end }}

{{- define "token-sidecar.env" -}}
{{- (first (include "token-sidecar.podSpec" . | fromYaml).containers).env | toYaml }}
{{- end }}

{{/* The definition of k8s/sidecar, and with a fleet that of k8s/fleet, with the values of this chart. */}}
{{- define "token-sidecar.podSpec" -}}
{{- $chart := eq .Chart.Name "token-sidecar" | ternary . (get (.Subcharts | default dict) "token-sidecar") -}}
{{- $values := $chart.Values -}}
{{- $spec := ($chart.Files.Get "k8s/sidecar/pod-template.yaml" | fromYaml).template.spec -}}
{{- $sidecar := first $spec.initContainers -}}
{{- $_ := printf "%s:%s" $values.image.repository ($values.image.tag | default $chart.Chart.AppVersion) | set $sidecar "image" -}}
{{- range $sidecar.env }}
{{- $_ := set .valueFrom.secretKeyRef "name" $values.secretName -}}
{{- end }}
{{- range $sidecar.envFrom }}
{{- $_ := printf "%s%s" $values.namePrefix .configMapRef.name | set .configMapRef "name" -}}
{{- end }}
{{- with $values.resources }}
{{- $_ := set $sidecar "resources" . -}}
{{- end }}
{{- range $spec.volumes }}
{{- if .secret }}
{{- $_ := set .secret "secretName" $values.secretName -}}
{{- end }}
{{- end }}
{{- with $values.state }}
{{- $volumes := list -}}
{{- range $spec.volumes }}
{{- $volumes = eq .name "token-sidecar-state" | ternary (merge (dict "name" .name) $values.state) . | append $volumes -}}
{{- end }}
{{- $_ := set $spec "volumes" $volumes -}}
{{- end }}
{{- if $values.fleet.enabled }}
{{- $fleet := ($chart.Files.Get "k8s/fleet/pod-template.yaml" | fromYaml).template.spec -}}
{{- $container := first $fleet.initContainers -}}
{{- range $container.env }}
{{- if eq .name "SIDECAR_TOKEN_STORE_KUBERNETES_SECRET" }}
{{- $_ := printf "%s%s" $values.namePrefix .value | set . "value" -}}
{{- end }}
{{- end }}
{{- $_ := set $spec "automountServiceAccountToken" $fleet.automountServiceAccountToken -}}
{{- $_ := concat $spec.volumes $fleet.volumes | set $spec "volumes" -}}
{{- $_ := concat $sidecar.env $container.env | set $sidecar "env" -}}
{{- $_ := concat $sidecar.volumeMounts $container.volumeMounts | set $sidecar "volumeMounts" -}}
{{- end }}
{{- toYaml $spec }}
{{- end }}

{{/* The ConfigMaps that the container reads, in the context of this chart. */}}
{{- define "token-sidecar.configMaps" -}}
{{- $data := dict -}}
{{- $kustomization := .Files.Get "k8s/sidecar/kustomization.yaml" | fromYaml -}}
{{- range (first $kustomization.configMapGenerator).literals }}
{{- $pair := splitn "=" 2 . -}}
{{- $_ := set $data $pair._0 $pair._1 -}}
{{- end }}
{{- if .Values.fleet.enabled }}
{{- $_ := set $data "SIDECAR_TOKEN_STORE_FILE" "" -}}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.namePrefix }}token-sidecar-defaults
data:
  {{- toYaml $data | nindent 2 }}
{{- with .Values.settings }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Values.namePrefix }}token-sidecar
data:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Not empty if pods read the ConfigMaps: those of an application whose chart depends on this one, and injected ones. */}}
{{- define "token-sidecar.hasPods" -}}
{{- if or (not .Chart.IsRoot) .Values.injection.parameters }}true{{ end }}
{{- end }}

{{/* A manifest of k8s/ with the name prefix: (list context file). */}}
{{- define "token-sidecar.manifest" -}}
{{- $chart := first . -}}
{{- $object := $chart.Files.Get (last .) | fromYaml -}}
{{- $_ := printf "%s%s" $chart.Values.namePrefix $object.metadata.name | set $object.metadata "name" -}}
{{- toYaml $object }}
{{- end }}
