// Command admission does with pods what an API server does before it stores them: the admission of service accounts, mutating
// policies, validating policies, and the validation of the pod. It reads one stream of YAML documents with policies, their
// parameters, service accounts, roles and pods, and writes a document for each pod, in their order: the pod, or a Status with
// the reason why it is rejected. Policies and parameters are validated too.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/discovery"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/openapi"
	"k8s.io/client-go/openapi/openapitest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	admissionvalidation "k8s.io/kubernetes/pkg/apis/admissionregistration/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	rbacvalidation "k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

func main() {
	objects, err := read(os.Stdin)
	if err == nil {
		err = admit(objects)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// read decodes as strictly as kubectl apply --validate=strict, and sets defaults.
func read(stream io.Reader) ([]runtime.Object, error) {
	scheme := legacyscheme.Scheme
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
	documents := yaml.NewYAMLReader(bufio.NewReader(stream))
	var objects []runtime.Object
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		object, _, err := strict.Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		scheme.Default(object)
		if err := validate(object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

// validate checks policies, bindings and parameters. Pods are checked after admission.
func validate(object runtime.Object) error {
	internal, err := legacyscheme.Scheme.ConvertToVersion(object, runtime.InternalGroupVersioner)
	if err != nil {
		return err
	}
	var found field.ErrorList
	switch checked := internal.(type) {
	case *admissionregistration.MutatingAdmissionPolicy:
		found = admissionvalidation.ValidateMutatingAdmissionPolicy(checked)
	case *admissionregistration.MutatingAdmissionPolicyBinding:
		found = admissionvalidation.ValidateMutatingAdmissionPolicyBinding(checked)
	case *admissionregistration.ValidatingAdmissionPolicy:
		found = admissionvalidation.ValidateValidatingAdmissionPolicy(checked)
	case *admissionregistration.ValidatingAdmissionPolicyBinding:
		found = admissionvalidation.ValidateValidatingAdmissionPolicyBinding(checked)
	case *core.PodTemplate:
		found = corevalidation.ValidatePodTemplate(checked, podutil.GetValidationOptionsFromPodTemplate(&checked.Template, nil))
	}
	return found.ToAggregate()
}

// server is a client with an OpenAPI description, which the fake one has not.
type server struct{ kubernetes.Interface }

type description struct{ discovery.DiscoveryInterface }

func (s server) Discovery() discovery.DiscoveryInterface { return description{s.Interface.Discovery()} }

// The fake one lists instead of watching from the start; this tells the informers, as it does itself.
func (server) IsWatchListSemanticsUnSupported() bool { return true }

func (description) OpenAPIV3() openapi.Client { return openapitest.NewEmbeddedFileClient() }

func (d description) WithLegacy() discovery.DiscoveryInterface { return d }

func admit(objects []runtime.Object) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	var pods []*corev1.Pod
	var stored []runtime.Object
	var roles []*rbacv1.Role
	var bindings []*rbacv1.RoleBinding
	namespaces := sets.New[string]()
	for _, object := range objects {
		namespaced, err := meta.Accessor(object)
		if err != nil {
			return err
		}
		if name := namespaced.GetNamespace(); name != "" && !namespaces.Has(name) {
			namespaces.Insert(name)
			stored = append(stored, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}},
				&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "default"}})
		}
		switch one := object.(type) {
		case *corev1.Pod:
			pods = append(pods, one)
			continue
		case *rbacv1.Role:
			roles = append(roles, one)
		case *rbacv1.RoleBinding:
			bindings = append(bindings, one)
		}
		stored = append(stored, object)
	}
	client := server{fake.NewClientset(stored...)}
	_, static := rbacvalidation.NewTestRuleResolver(roles, bindings, nil, nil)

	mutatingPolicies, err := mutating.NewPlugin(nil)
	if err != nil {
		return err
	}
	validatingPolicies, err := validating.NewPlugin(nil)
	if err != nil {
		return err
	}
	plugins := []admission.Interface{serviceaccount.NewServiceAccount(), mutatingPolicies, validatingPolicies}
	factory := informers.NewSharedInformerFactory(client, 0)
	for _, plugin := range plugins {
		connect(plugin, factory, client, rbac.New(static, static, static, static), ctx.Done())
		if validator, ok := plugin.(admission.InitializationValidator); ok {
			if err := validator.ValidateInitialization(); err != nil {
				return err
			}
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	writer := json.NewSerializerWithOptions(json.DefaultMetaFactory, legacyscheme.Scheme, legacyscheme.Scheme, json.SerializerOptions{Yaml: true})
	for _, pod := range pods {
		result, err := create(ctx, plugins, pod)
		if err != nil {
			return err
		}
		fmt.Println("---")
		if err := writer.Encode(result, os.Stdout); err != nil {
			return err
		}
	}
	return nil
}

func connect(plugin admission.Interface, factory informers.SharedInformerFactory, client kubernetes.Interface, authorizer authorizer.Authorizer, stop <-chan struct{}) {
	if wanting, ok := plugin.(initializer.WantsExternalKubeInformerFactory); ok {
		wanting.SetExternalKubeInformerFactory(factory)
	}
	if wanting, ok := plugin.(initializer.WantsExternalKubeClientSet); ok {
		wanting.SetExternalKubeClientSet(client)
	}
	if wanting, ok := plugin.(initializer.WantsRESTMapper); ok {
		wanting.SetRESTMapper(testrestmapper.TestOnlyStaticRESTMapper(legacyscheme.Scheme))
	}
	if wanting, ok := plugin.(initializer.WantsDynamicClient); ok {
		wanting.SetDynamicClient(dynamicfake.NewSimpleDynamicClient(legacyscheme.Scheme))
	}
	if wanting, ok := plugin.(initializer.WantsAuthorizer); ok {
		wanting.SetAuthorizer(authorizer)
	}
	if wanting, ok := plugin.(initializer.WantsDrainedNotification); ok {
		wanting.SetDrainedNotification(stop)
	}
	if wanting, ok := plugin.(initializer.WantsFeatures); ok {
		wanting.InspectFeatureGates(utilfeature.DefaultFeatureGate)
	}
}

// create returns the pod, or a Status.
func create(ctx context.Context, plugins []admission.Interface, pod *corev1.Pod) (runtime.Object, error) {
	var admitted *core.Pod
	var rejection error
	// The policies know the kinds of the API a moment after the start.
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		admitted = &core.Pod{}
		if err := legacyscheme.Scheme.Convert(pod, admitted, nil); err != nil {
			return false, err
		}
		rejection = run(ctx, plugins, admitted)
		return !apierrors.IsServiceUnavailable(rejection), nil
	})
	if err != nil {
		return nil, errors.Join(err, rejection)
	}
	if rejection == nil {
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&admitted.Spec, nil, &admitted.ObjectMeta, nil)
		options.ResourceIsPod = true
		rejection = corevalidation.ValidatePodCreate(admitted, options).ToAggregate()
	}
	if rejection != nil {
		return &metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
			Status:   metav1.StatusFailure,
			Message:  rejection.Error(),
		}, nil
	}
	external, err := legacyscheme.Scheme.ConvertToVersion(admitted, corev1.SchemeGroupVersion)
	return external, err
}

func run(ctx context.Context, plugins []admission.Interface, pod *core.Pod) error {
	attributes := admission.NewAttributesRecord(pod, nil, corev1.SchemeGroupVersion.WithKind("Pod"), pod.Namespace, pod.Name,
		corev1.SchemeGroupVersion.WithResource("pods"), "", admission.Create, &metav1.CreateOptions{}, false,
		&user.DefaultInfo{Name: "system:serviceaccount:kube-system:replicaset-controller"})
	types := admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)
	for _, plugin := range plugins {
		if mutating, ok := plugin.(admission.MutationInterface); ok {
			if err := mutating.Admit(ctx, attributes, types); err != nil {
				return err
			}
		}
	}
	for _, plugin := range plugins {
		if validating, ok := plugin.(admission.ValidationInterface); ok {
			if err := validating.Validate(ctx, attributes, types); err != nil {
				return err
			}
		}
	}
	return nil
}
